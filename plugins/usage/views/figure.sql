SELECT min(e.id) AS id, e.unit, e.region_code, e.year, e.month, e.kind, e.subject_entity, count(*) AS events,
  sum(e.amount) AS amount, sum(e.calendar_days) AS calendar_days, sum(e.workdays) AS workdays,
  sum(e.rows) AS rows, sum(e.bad_rows) AS bad_rows
FROM {usage.event} e GROUP BY e.unit, e.region_code, e.year, e.month, e.kind, e.subject_entity
