#!/usr/bin/env bash
# Creates the table with Terraform, which shows what it will do and asks, and checks it.
# What is said here is passed on to `terraform apply`, as in -var table_name=NAME.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

terraform -chdir="$here/.." init -input=false
terraform -chdir="$here/.." validate
terraform -chdir="$here/.." apply "$@"
exec "$here/validate_status_table.sh"
