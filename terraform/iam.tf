# Three policies, each with what its role does and nothing more. None may scan, and none may touch
# another table. KMS is only used through DynamoDB: a role that holds an encrypted file of somewhere
# else can't open it with this.

locals {
  table_arn = aws_dynamodb_table.processing_status.arn
  # A session's id never begins with this character, so that this names test items alone.
  test_items = "#trade-status-test#*"
}

# Writes sessions: reads one, writes it again where nobody else has in between.
data "aws_iam_policy_document" "orchestrator" {
  statement {
    sid    = "WriteSessions"
    effect = "Allow"
    actions = [
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
    ]
    resources = [local.table_arn]
  }

  statement {
    sid       = "ThroughDynamoDB"
    effect    = "Allow"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.table.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.region}.amazonaws.com"]
    }
  }
}

# The status API: reads items and indexes.
data "aws_iam_policy_document" "portal" {
  statement {
    sid    = "ReadSessions"
    effect = "Allow"
    actions = [
      "dynamodb:BatchGetItem",
      "dynamodb:GetItem",
      "dynamodb:Query",
    ]
    resources = [
      local.table_arn,
      "${local.table_arn}/index/*",
    ]
  }

  statement {
    sid       = "ThroughDynamoDB"
    effect    = "Allow"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.table.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.region}.amazonaws.com"]
    }
  }
}

# `trade-status table validate`: reads as the portal does, describes, and writes, reads and removes a
# test item.
data "aws_iam_policy_document" "operator" {
  statement {
    sid    = "ReadSessions"
    effect = "Allow"
    actions = [
      "dynamodb:BatchGetItem",
      "dynamodb:GetItem",
      "dynamodb:Query",
    ]
    resources = [
      local.table_arn,
      "${local.table_arn}/index/*",
    ]
  }

  statement {
    sid    = "DescribeTable"
    effect = "Allow"
    actions = [
      "dynamodb:DescribeContinuousBackups",
      "dynamodb:DescribeTable",
      "dynamodb:DescribeTimeToLive",
      "dynamodb:ListTagsOfResource",
    ]
    resources = [local.table_arn]
  }

  statement {
    sid    = "WriteAndRemoveTestItems"
    effect = "Allow"
    actions = [
      "dynamodb:DeleteItem",
      "dynamodb:PutItem",
    ]
    resources = [local.table_arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = [local.test_items]
    }

    # Without keys at all the condition above would hold too.
    condition {
      test     = "Null"
      variable = "dynamodb:LeadingKeys"
      values   = ["false"]
    }
  }

  statement {
    sid       = "ThroughDynamoDB"
    effect    = "Allow"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.table.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_policy" "orchestrator" {
  name        = "${var.table_name}-orchestrator"
  description = "Writes sessions to ${var.table_name}"
  policy      = data.aws_iam_policy_document.orchestrator.json
}

resource "aws_iam_policy" "portal" {
  name        = "${var.table_name}-portal"
  description = "Reads sessions from ${var.table_name}"
  policy      = data.aws_iam_policy_document.portal.json
}

resource "aws_iam_policy" "operator" {
  name        = "${var.table_name}-operator"
  description = "Checks ${var.table_name}"
  policy      = data.aws_iam_policy_document.operator.json
}

resource "aws_iam_role_policy_attachment" "orchestrator" {
  for_each   = var.orchestrator_roles
  role       = each.value
  policy_arn = aws_iam_policy.orchestrator.arn
}

resource "aws_iam_role_policy_attachment" "portal" {
  for_each   = var.portal_roles
  role       = each.value
  policy_arn = aws_iam_policy.portal.arn
}

resource "aws_iam_role_policy_attachment" "operator" {
  for_each   = var.operator_roles
  role       = each.value
  policy_arn = aws_iam_policy.operator.arn
}
