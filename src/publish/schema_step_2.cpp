// Version 2: the present of each machine, and when it was planned to work, so that the box's own
// figures can be worked out again in SQL.
#include "publish/schema.hpp"

namespace spindle::publish {
namespace {

constexpr auto tables_2 = R"sql(
ALTER TABLE spindle.boxes ADD COLUMN seen timestamptz;
COMMENT ON COLUMN spindle.boxes.seen IS
  'current_states says what was so at this time. Brought up every few seconds; older: no connection.';

CREATE TABLE spindle.current_states(
  box integer NOT NULL,
  machine text NOT NULL,
  started timestamptz NOT NULL,
  state text NOT NULL,
  physical text NOT NULL,
  booked text,
  reason text,
  alarm_code text,
  alarm_text text,
  program text,
  tool text,
  operator text,
  work_order text,
  mode text,
  PRIMARY KEY(box, machine),
  FOREIGN KEY(box, machine) REFERENCES spindle.machines) WITH (fillfactor = 50);
COMMENT ON TABLE spindle.current_states IS
  'The interval that still runs, one row a machine of the plant, replaced when it changes. True at boxes.seen.';
COMMENT ON COLUMN spindle.current_states.started IS 'Since when the machine is in this state.';
COMMENT ON COLUMN spindle.current_states.state IS 'As in state_intervals.';
COMMENT ON COLUMN spindle.current_states.physical IS 'What the machine does, without what people booked.';
COMMENT ON COLUMN spindle.current_states.booked IS 'What a person said it is for: setup or maint.';
COMMENT ON COLUMN spindle.current_states.reason IS 'Why, as the machine or a person says.';
COMMENT ON COLUMN spindle.current_states.alarm_code IS 'First fault that stood when it began.';
COMMENT ON COLUMN spindle.current_states.alarm_text IS 'Its words.';
COMMENT ON COLUMN spindle.current_states.program IS 'Program that runs now.';
COMMENT ON COLUMN spindle.current_states.tool IS 'Tool in use now.';
COMMENT ON COLUMN spindle.current_states.operator IS 'Operator now.';
COMMENT ON COLUMN spindle.current_states.work_order IS 'Work order now.';
COMMENT ON COLUMN spindle.current_states.mode IS 'Mode of the controller now.';

CREATE TABLE spindle.planned_times(
  box integer NOT NULL,
  machine text NOT NULL,
  started timestamptz NOT NULL,
  ended timestamptz NOT NULL,
  seconds double precision NOT NULL GENERATED ALWAYS AS (extract(epoch FROM ended - started)) STORED,
  shift_started timestamptz NOT NULL,
  shift_ended timestamptz NOT NULL,
  day date NOT NULL,
  shift text NOT NULL,
  PRIMARY KEY(box, machine, started),
  FOREIGN KEY(box, machine) REFERENCES spindle.machines);
CREATE INDEX planned_times_day ON spindle.planned_times(day);
COMMENT ON TABLE spindle.planned_times IS
  'When a machine was to work: its shifts, without breaks and planned downtime; up to tomorrow.';
COMMENT ON COLUMN spindle.planned_times.started IS 'Begin, included.';
COMMENT ON COLUMN spindle.planned_times.ended IS 'End, not included.';
COMMENT ON COLUMN spindle.planned_times.seconds IS 'Length.';
COMMENT ON COLUMN spindle.planned_times.shift_started IS 'Begin of the whole shift.';
COMMENT ON COLUMN spindle.planned_times.shift_ended IS 'End of the whole shift.';
COMMENT ON COLUMN spindle.planned_times.day IS
  'Business date: the day, in the plant''s zone, on which the shift begins.';
COMMENT ON COLUMN spindle.planned_times.shift IS
  'Name of the shift; empty: a whole day of a plant that lists no shifts.';

ALTER TABLE spindle.mirror_positions ADD COLUMN plan text;
COMMENT ON COLUMN spindle.mirror_positions.plan IS
  'Up to which day planned_times is complete, and a checksum of it; only the box reads it.';
)sql";

// From days to intervals, not the other way: a question about one day reads that day, of however
// many years; OFFSET 0 keeps the server from turning that round. Intervals touch, so the first that
// matters is the last that began before.
//
// The open interval ends where the box last looked, and never reaches back over what is closed:
// rows and the present come one after the other.
constexpr auto timeline = R"sql(
CREATE VIEW spindle.state_timeline AS
SELECT box, machine, started, ended, state, physical, booked, reason, alarm_code, alarm_text,
  program, operator, work_order, false AS running
FROM spindle.state_intervals
UNION ALL
SELECT c.box, c.machine, o.started, b.seen, c.state, c.physical, c.booked, c.reason, c.alarm_code,
  c.alarm_text, c.program, c.operator, c.work_order, true
FROM spindle.current_states c
JOIN spindle.boxes b USING (box)
CROSS JOIN LATERAL (SELECT greatest(c.started, (
  SELECT s.ended FROM spindle.state_intervals s WHERE s.box = c.box AND s.machine = c.machine
  ORDER BY s.started DESC LIMIT 1)) AS started) o
WHERE o.started < b.seen;
COMMENT ON VIEW spindle.state_timeline IS
  'state_intervals and, where running is true, the interval that still runs, up to when it was last seen.';

CREATE VIEW spindle.machines_now AS
SELECT c.box, c.machine, m.name, m.machine_group, c.state, c.started,
  extract(epoch FROM b.seen - c.started)::double precision AS seconds, c.reason, c.alarm_code,
  c.alarm_text, c.program, c.tool, c.operator, c.work_order, c.mode, b.seen,
  now() - b.seen > interval '1 minute' AS stale
FROM spindle.current_states c
JOIN spindle.machines m USING (box, machine)
JOIN spindle.boxes b USING (box);
COMMENT ON VIEW spindle.machines_now IS
  'What each machine does. Where stale is true the box has not been heard for a minute: it was so at seen.';

CREATE OR REPLACE VIEW spindle.states_by_hour AS
SELECT m.box, m.machine, m.name, m.machine_group, h.hour, s.state,
  sum(extract(epoch FROM least(s.ended, w.until) - greatest(s.started, w.since)))
    ::double precision AS seconds
FROM spindle.machines m
JOIN spindle.boxes b USING (box)
CROSS JOIN LATERAL (SELECT
  least((SELECT f.started FROM spindle.state_intervals f WHERE f.box = m.box
      AND f.machine = m.machine ORDER BY f.started LIMIT 1),
    (SELECT c.started FROM spindle.current_states c WHERE c.box = m.box
      AND c.machine = m.machine)) AS first,
  greatest((SELECT f.ended FROM spindle.state_intervals f WHERE f.box = m.box
    AND f.machine = m.machine ORDER BY f.started DESC LIMIT 1), b.seen)
    - interval '1 microsecond' AS last) a
CROSS JOIN LATERAL generate_series(
  date_bin('1 hour', a.first, timestamptz '2000-01-01 00:00:00+00'), a.last, interval '1 hour') AS h(hour)
CROSS JOIN LATERAL (SELECT h.hour AS since, h.hour + interval '1 hour' AS until) w
CROSS JOIN LATERAL (
  SELECT t.started, t.ended, t.state FROM spindle.state_timeline t
  WHERE t.box = m.box AND t.machine = m.machine AND t.started < w.until AND t.ended > w.since
    AND t.started >= coalesce((SELECT f.started FROM spindle.state_intervals f
      WHERE f.box = m.box AND f.machine = m.machine AND f.started <= w.since
      ORDER BY f.started DESC LIMIT 1), '-infinity')
  OFFSET 0) s
GROUP BY m.box, m.machine, m.name, m.machine_group, h.hour, s.state;
COMMENT ON VIEW spindle.states_by_hour IS
  'Seconds each machine spent in each state, hour by hour; the interval that still runs included.';

CREATE OR REPLACE VIEW spindle.states_by_day AS
SELECT m.box, m.machine, m.name, m.machine_group, d.midnight::date AS day, s.state,
  sum(extract(epoch FROM least(s.ended, w.until) - greatest(s.started, w.since)))
    ::double precision AS seconds
FROM spindle.machines m
JOIN spindle.boxes b USING (box)
CROSS JOIN LATERAL (SELECT
  least((SELECT f.started FROM spindle.state_intervals f WHERE f.box = m.box
      AND f.machine = m.machine ORDER BY f.started LIMIT 1),
    (SELECT c.started FROM spindle.current_states c WHERE c.box = m.box
      AND c.machine = m.machine)) AS first,
  greatest((SELECT f.ended FROM spindle.state_intervals f WHERE f.box = m.box
    AND f.machine = m.machine ORDER BY f.started DESC LIMIT 1), b.seen)
    - interval '1 microsecond' AS last) a
CROSS JOIN LATERAL generate_series(
  date_trunc('day', a.first AT TIME ZONE b.timezone),
  date_trunc('day', a.last AT TIME ZONE b.timezone), interval '1 day') AS d(midnight)
CROSS JOIN LATERAL (SELECT d.midnight AT TIME ZONE b.timezone AS since, (d.midnight + interval '1 day') AT TIME ZONE b.timezone AS until) w
CROSS JOIN LATERAL (
  SELECT t.started, t.ended, t.state FROM spindle.state_timeline t
  WHERE t.box = m.box AND t.machine = m.machine AND t.started < w.until AND t.ended > w.since
    AND t.started >= coalesce((SELECT f.started FROM spindle.state_intervals f
      WHERE f.box = m.box AND f.machine = m.machine AND f.started <= w.since
      ORDER BY f.started DESC LIMIT 1), '-infinity')
  OFFSET 0) s
GROUP BY m.box, m.machine, m.name, m.machine_group, d.midnight::date, s.state;
COMMENT ON VIEW spindle.states_by_day IS
  'Seconds each machine spent in each state, by calendar day in the plant''s zone; the interval that still runs included.';
)sql";

// Lengths are summed as whole microseconds: a quotient of two is then, to the last bit, the one
// the box works out.
constexpr auto shifts = R"sql(
CREATE VIEW spindle.shift_figures AS
WITH pieces AS (
  SELECT p.box, p.machine, p.day, p.shift, p.shift_started, p.shift_ended,
    (extract(epoch FROM u.until - p.started) * 1000000)::bigint AS planned_us,
    coalesce(t.run_us, 0) AS run_us, coalesce(t.known_us, 0) AS known_us,
    coalesce(c.total, 0) AS total, coalesce(c.good, 0) AS good, coalesce(c.scrap, 0) AS scrap
  FROM spindle.planned_times p
  JOIN spindle.boxes b USING (box)
  CROSS JOIN LATERAL (SELECT least(p.ended, coalesce(b.seen, now())) AS until) u
  LEFT JOIN LATERAL (
    SELECT sum((extract(epoch FROM least(s.ended, u.until) - greatest(s.started, p.started))
        * 1000000)::bigint) FILTER (WHERE s.state = 'run') AS run_us,
      sum((extract(epoch FROM least(s.ended, u.until) - greatest(s.started, p.started))
        * 1000000)::bigint) FILTER (WHERE s.state <> 'offline') AS known_us
    FROM spindle.state_timeline s
    WHERE s.box = p.box AND s.machine = p.machine AND s.started < u.until AND s.ended > p.started
      AND s.started >= coalesce((SELECT f.started FROM spindle.state_intervals f
        WHERE f.box = p.box AND f.machine = p.machine AND f.started <= p.started
        ORDER BY f.started DESC LIMIT 1), '-infinity')) t ON true
  LEFT JOIN LATERAL (
    SELECT sum(s.parts) FILTER (WHERE s.counted = 'total') AS total,
      sum(s.parts) FILTER (WHERE s.counted = 'good') AS good,
      sum(s.parts) FILTER (WHERE s.counted = 'scrap') AS scrap
    FROM spindle.part_steps s
    WHERE s.box = p.box AND s.machine = p.machine AND s.at >= p.started AND s.at < u.until
      AND s.kind <> 'suspect' AND NOT s.during_setup) c ON true
  WHERE p.started < u.until),
shifts AS (
  SELECT p.box, p.machine, p.day, p.shift, p.shift_started AS started, p.shift_ended AS ended,
    sum(p.planned_us) AS planned_us, sum(p.run_us) AS run_us, sum(p.known_us) AS known_us,
    sum(p.total) AS planned_total, sum(p.good) AS planned_good, sum(p.scrap) AS planned_scrap
  FROM pieces p
  GROUP BY p.box, p.machine, p.day, p.shift, p.shift_started, p.shift_ended),
counted AS (
  SELECT s.*, m.name, m.machine_group, round(m.ideal_cycle_s::numeric * 1000000) AS ideal_us,
    CASE WHEN r.total THEN s.planned_total
      WHEN r.good AND r.scrap THEN s.planned_good + s.planned_scrap END AS parts_planned,
    CASE WHEN r.total THEN c.total WHEN r.good AND r.scrap THEN c.good + c.scrap END AS parts_all,
    CASE WHEN r.good THEN c.good WHEN r.total AND r.scrap THEN c.total - c.scrap END AS parts_good,
    CASE WHEN r.scrap THEN c.scrap WHEN r.total AND r.good THEN c.total - c.good END AS parts_scrap
  FROM shifts s
  JOIN spindle.machines m USING (box, machine)
  CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(g.role IN ('part_count', 'cycle_start', 'cycle_end')), false) AS total,
      coalesce(bool_or(g.role = 'good_count'), false) AS good,
      coalesce(bool_or(g.role = 'scrap_count'), false) AS scrap
    FROM spindle.signals g
    WHERE g.box = s.box AND g.machine = s.machine AND g.in_plant) r
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(t.parts) FILTER (WHERE t.counted = 'total'), 0) AS total,
      coalesce(sum(t.parts) FILTER (WHERE t.counted = 'good'), 0) AS good,
      coalesce(sum(t.parts) FILTER (WHERE t.counted = 'scrap'), 0) AS scrap
    FROM spindle.part_steps t
    WHERE t.box = s.box AND t.machine = s.machine AND t.at >= s.started AND t.at < s.ended
      AND t.kind <> 'suspect' AND NOT t.during_setup) c),
figures AS (
  SELECT c.*, c.run_us::double precision / c.planned_us::double precision AS availability,
    CASE WHEN c.run_us > 0 THEN
      (c.ideal_us * c.parts_planned)::double precision / c.run_us::double precision END AS performance,
    CASE WHEN c.parts_all > 0 AND c.parts_good >= 0 THEN
      c.parts_good::double precision / c.parts_all::double precision END AS quality
  FROM counted c)
SELECT f.box, f.machine, f.name, f.machine_group, f.day, f.shift, f.started, f.ended,
  (f.planned_us / 1000000.0)::double precision AS planned_s,
  (f.run_us / 1000000.0)::double precision AS run_s,
  (f.known_us / 1000000.0)::double precision AS known_s,
  f.parts_all::bigint AS parts, f.parts_good::bigint AS good, f.parts_scrap::bigint AS scrap,
  f.known_us::double precision / f.planned_us::double precision AS coverage,
  f.availability, f.performance, f.quality, f.availability * f.performance * f.quality AS oee
FROM figures f;
COMMENT ON VIEW spindle.shift_figures IS
  'Figures of each machine and shift, over its planned time as far as it has passed: the box works out the same.';
)sql";

}  // namespace

std::string schema_step_2() { return std::string(tables_2) + timeline + shifts; }

}  // namespace spindle::publish
