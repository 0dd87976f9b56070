output "table_name" {
  description = "The table's name, for --store dynamodb:NAME."
  value       = aws_dynamodb_table.processing_status.name
}

output "table_arn" {
  description = "The table's ARN."
  value       = aws_dynamodb_table.processing_status.arn
}

output "kms_key_arn" {
  description = "The ARN of the key that the table is encrypted with, for trade-status table validate --kms-key."
  value       = aws_kms_key.table.arn
}

output "region" {
  description = "The region that the table is in."
  value       = var.region
}
