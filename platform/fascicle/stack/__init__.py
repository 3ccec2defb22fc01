"""Everything one machine needs to run Fascicle: embedded PostgreSQL and Redis, and a supervisor.

Nothing here imports Django. Production does not use this package: there `DATABASE_URL` and
`REDIS_URL` point to services that somebody else runs.
"""
