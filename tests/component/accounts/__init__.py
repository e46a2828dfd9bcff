"""What users expect of accounts."""
