"""What one person has open. Every handler asks who is there anew, and leaves the work to flow/services."""
