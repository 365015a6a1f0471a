"""What the tests stand on: import contracts, a PostgreSQL of their own, a browser."""
