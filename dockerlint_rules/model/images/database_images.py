"""Names of images of database servers, as ``ImageReference.upstream`` gives them."""

from __future__ import annotations

DATABASE_IMAGES = frozenset({
    "postgres", "mysql", "mariadb", "percona", "mongo", "redis", "valkey/valkey", "cassandra", "couchdb",
    "influxdb", "neo4j", "elasticsearch", "docker.elastic.co/elasticsearch/elasticsearch",
    "clickhouse/clickhouse-server", "postgis/postgis", "timescale/timescaledb", "pgvector/pgvector", "rethinkdb",
    "arangodb", "mcr.microsoft.com/mssql/server", "bitnami/postgresql", "bitnami/mysql", "bitnami/mariadb",
    "bitnami/mongodb", "bitnami/redis",
})  # fmt: skip
