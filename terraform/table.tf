# The table of processing sessions. What stands here is what the program reads by:
# crates/status-store/src/dynamodb/schema.rs, and a test holds one against the other.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

resource "aws_dynamodb_table" "processing_status" {
  name         = var.table_name
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "sessionId"

  attribute {
    name = "sessionId"
    type = "S"
  }

  attribute {
    name = "overallStatus"
    type = "S"
  }

  attribute {
    name = "createdAt"
    type = "S"
  }

  attribute {
    name = "lastUpdated"
    type = "S"
  }

  attribute {
    name = "documentId"
    type = "S"
  }

  attribute {
    name = "correlationId"
    type = "S"
  }

  # Listings and counts, newest first.
  global_secondary_index {
    name            = "overallStatus-createdAt"
    hash_key        = "overallStatus"
    range_key       = "createdAt"
    projection_type = "KEYS_ONLY"
  }

  # What ended or last moved when, for the wall display.
  global_secondary_index {
    name            = "overallStatus-lastUpdated"
    hash_key        = "overallStatus"
    range_key       = "lastUpdated"
    projection_type = "KEYS_ONLY"
  }

  # Search by the start of a session id.
  global_secondary_index {
    name            = "overallStatus-sessionId"
    hash_key        = "overallStatus"
    range_key       = "sessionId"
    projection_type = "KEYS_ONLY"
  }

  # Search by the start of a document id.
  global_secondary_index {
    name            = "overallStatus-documentId"
    hash_key        = "overallStatus"
    range_key       = "documentId"
    projection_type = "KEYS_ONLY"
  }

  # Search by the start of a correlation id.
  global_secondary_index {
    name            = "overallStatus-correlationId"
    hash_key        = "overallStatus"
    range_key       = "correlationId"
    projection_type = "KEYS_ONLY"
  }

  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.table.arn
  }
}

resource "aws_kms_key" "table" {
  description             = "Encrypts the table ${var.table_name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "table" {
  name          = "alias/${replace(var.table_name, ".", "-")}"
  target_key_id = aws_kms_key.table.key_id
}

# Without the first statement nobody could ever change the key again. It hands the key to the
# account's own IAM policies, as those in iam.tf, and to nobody outside the account.
data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:A key's policy has to leave its management to the account, or the key can't be managed at all.
  #checkov:skip=CKV_AWS_111:As above; the account's IAM policies say who may write with the key.
  #checkov:skip=CKV_AWS_356:In a key's policy "*" is this one key; there is no other way to write it.
  statement {
    sid       = "AccountManagesItsKey"
    effect    = "Allow"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}
