"""The tables, as a database administrator meets them. Rows are read and written by :mod:`persistence.tables` in plain SQL.

- No foreign keys: the road decides in memory what may refer to what, groups arrive in one transaction in which a child may stand
  before its parent, and each key would cost an index look-up per row on the hot path.
- Uniqueness that depends on time (an IMEI among devices not retired) is decided in the domain; the database guards only what
  must hold whatever happens: ids, the journal's sequence, the digests that let somebody in.
- Moments are epoch seconds UTC (``to_timestamp(last_seen)``, ``datetime(last_seen, 'unixepoch')``). Flags are 0 and 1, so that one
  row tuple serves both databases. Nested values are JSON text (``radio::jsonb``, ``json_extract(radio, '$.rsrp')``).
"""
