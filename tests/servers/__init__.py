"""Real servers for the tests: a database, a browser, a mailbox; each started by the tests and stopped by its own process id."""
