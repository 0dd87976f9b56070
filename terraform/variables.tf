variable "region" {
  description = "The AWS region that the table is in."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]+(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "Give a region as AWS names it, such as us-east-1."
  }
}

variable "table_name" {
  description = "The table's name."
  type        = string
  default     = "ai-trade-matching-processing-status"

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.table_name))
    error_message = "A table's name has 3 to 255 letters, digits, dots, hyphens and underscores."
  }
}

variable "key_deletion_days" {
  description = "For so many days a deleted KMS key can be brought back, and with it what it encrypts."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "AWS keeps a deleted key for 7 to 30 days."
  }
}

variable "orchestrator_roles" {
  description = "The names of the roles that write sessions. They must exist."
  type        = set(string)
  default     = ["agentcore_runtime_default_service_role", "agentcore_runtime_execution"]

  validation {
    condition     = alltrue([for name in var.orchestrator_roles : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))])
    error_message = "Give the names of roles, not their ARNs."
  }
}

variable "portal_roles" {
  description = "The names of the roles that the status API and the portal read with. They must exist; by default there are none."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.portal_roles : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))])
    error_message = "Give the names of roles, not their ARNs."
  }
}

variable "operator_roles" {
  description = "The names of the roles that check the table. They must exist; by default there are none."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.operator_roles : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))])
    error_message = "Give the names of roles, not their ARNs."
  }
}

variable "tags" {
  description = "The tags of everything that is created here."
  type        = map(string)
  default = {
    Application = "trade-status"
    ManagedBy   = "terraform"
  }
}
