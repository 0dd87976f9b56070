#!/usr/bin/env bash
# Checks the table that Terraform has created, with `trade-status table validate`.
# What is said here is passed on to that, as in --json. TRADE_STATUS names the program where it is
# not on PATH.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

output() {
  terraform -chdir="$here/.." output -raw "$1"
}

table=$(output table_name)
region=$(output region)
key=$(output kms_key_arn)
exec "${TRADE_STATUS:-trade-status}" table validate \
  --table "$table" --region "$region" --kms-key "$key" "$@"
