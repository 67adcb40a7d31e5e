"""The real PostgreSQL and Valkey that start by themselves where no address is given."""
