"""Who may do what: sessions, permissions, tenancy, secrets."""
