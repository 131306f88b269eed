// Version 1: the tables and views, with what a person who meets them in a BI tool should know.
#include "publish/schema.hpp"

namespace spindle::publish {
namespace {

constexpr auto boxes_and_machines = R"sql(
COMMENT ON SCHEMA spindle IS
  'Facts about machines, written by Spindle boxes. Read as you like; only the boxes write here.';

CREATE TABLE spindle.boxes(
  box integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uid text NOT NULL UNIQUE,
  name text NOT NULL,
  timezone text NOT NULL,
  program text NOT NULL,
  connected timestamptz NOT NULL,
  complete_until timestamptz);
COMMENT ON TABLE spindle.boxes IS 'The boxes that write here, one a plant.';
COMMENT ON COLUMN spindle.boxes.box IS 'Number of the box in this database; part of every key.';
COMMENT ON COLUMN spindle.boxes.uid IS 'What the box calls itself, the same for ever.';
COMMENT ON COLUMN spindle.boxes.name IS 'Name of the plant.';
COMMENT ON COLUMN spindle.boxes.timezone IS
  'Time zone of the plant (IANA); days in the views are days there.';
COMMENT ON COLUMN spindle.boxes.program IS 'Version of the program that wrote last.';
COMMENT ON COLUMN spindle.boxes.connected IS 'When the box last connected.';
COMMENT ON COLUMN spindle.boxes.complete_until IS
  'Everything the box knew at this time is here. Brought up at least once a minute.';

CREATE TABLE spindle.machines(
  box integer NOT NULL REFERENCES spindle.boxes,
  machine text NOT NULL,
  name text NOT NULL,
  machine_group text NOT NULL,
  profile text NOT NULL,
  ideal_cycle_s double precision,
  rated_power_kw double precision,
  work_unit boolean NOT NULL,
  in_plant boolean NOT NULL,
  PRIMARY KEY(box, machine));
COMMENT ON TABLE spindle.machines IS
  'Every machine a box ever knew; those that left the plant stay, with in_plant false.';
COMMENT ON COLUMN spindle.machines.machine IS 'Id of the machine, the same for ever.';
COMMENT ON COLUMN spindle.machines.name IS 'What people call it.';
COMMENT ON COLUMN spindle.machines.machine_group IS
  'Where it stands, as a path: plant/line. Empty: directly in the plant.';
COMMENT ON COLUMN spindle.machines.profile IS 'Kind of device.';
COMMENT ON COLUMN spindle.machines.ideal_cycle_s IS 'Planned seconds for one part.';
COMMENT ON COLUMN spindle.machines.rated_power_kw IS 'Rated power in kilowatts.';
COMMENT ON COLUMN spindle.machines.work_unit IS
  'Makes what the plant sells. A compressor or a meter does not: leave it out of sums.';
COMMENT ON COLUMN spindle.machines.in_plant IS 'Still part of the plant.';

CREATE TABLE spindle.signals(
  box integer NOT NULL,
  machine text NOT NULL,
  signal text NOT NULL,
  unit text NOT NULL,
  type text NOT NULL,
  role text NOT NULL,
  in_plant boolean NOT NULL,
  PRIMARY KEY(box, machine, signal),
  FOREIGN KEY(box, machine) REFERENCES spindle.machines);
COMMENT ON TABLE spindle.signals IS 'Every signal of every machine.';
COMMENT ON COLUMN spindle.signals.signal IS 'Id of the signal, unique in its machine.';
COMMENT ON COLUMN spindle.signals.unit IS 'As printed: kW, mm/min.';
COMMENT ON COLUMN spindle.signals.type IS 'bool, int16, float64, text, condition ...';
COMMENT ON COLUMN spindle.signals.role IS
  'What it means: part_count, program, temperature ...; none: a quantity like any other.';
COMMENT ON COLUMN spindle.signals.in_plant IS 'Still part of the plant.';
)sql";

constexpr auto facts = R"sql(
CREATE TABLE spindle.state_intervals(
  box integer NOT NULL,
  machine text NOT NULL,
  started timestamptz NOT NULL,
  ended timestamptz NOT NULL,
  seconds double precision NOT NULL GENERATED ALWAYS AS (extract(epoch FROM ended - started)) STORED,
  state text NOT NULL,
  physical text NOT NULL,
  booked text,
  reason text,
  alarm_code text,
  alarm_text text,
  program text,
  operator text,
  work_order text,
  PRIMARY KEY(box, machine, started),
  FOREIGN KEY(box, machine) REFERENCES spindle.machines);
CREATE INDEX state_intervals_ended ON spindle.state_intervals(ended);
COMMENT ON TABLE spindle.state_intervals IS
  'In which state a machine was, without gaps and overlaps. The interval that still runs comes when it ends.';
COMMENT ON COLUMN spindle.state_intervals.started IS 'Begin, included.';
COMMENT ON COLUMN spindle.state_intervals.ended IS 'End, not included: the next one starts here.';
COMMENT ON COLUMN spindle.state_intervals.seconds IS 'Length.';
COMMENT ON COLUMN spindle.state_intervals.state IS
  'What figures count: run idle wait hold manual warmup setup maint alarm estop offline power_off.';
COMMENT ON COLUMN spindle.state_intervals.physical IS 'What the machine did, without what people booked.';
COMMENT ON COLUMN spindle.state_intervals.booked IS 'What a person said it was for: setup or maint.';
COMMENT ON COLUMN spindle.state_intervals.reason IS 'Why, as the machine or a person said.';
COMMENT ON COLUMN spindle.state_intervals.alarm_code IS 'First fault that stood when it began.';
COMMENT ON COLUMN spindle.state_intervals.alarm_text IS 'Its words.';
COMMENT ON COLUMN spindle.state_intervals.program IS 'Program that ran when it began.';
COMMENT ON COLUMN spindle.state_intervals.operator IS 'Operator when it began.';
COMMENT ON COLUMN spindle.state_intervals.work_order IS 'Work order when it began.';

CREATE TABLE spindle.part_steps(
  box integer NOT NULL,
  machine text NOT NULL,
  at timestamptz NOT NULL,
  number integer NOT NULL,
  counted text NOT NULL,
  kind text NOT NULL,
  parts bigint NOT NULL,
  during_setup boolean NOT NULL,
  program text,
  PRIMARY KEY(box, machine, at, number),
  FOREIGN KEY(box, machine) REFERENCES spindle.machines);
COMMENT ON TABLE spindle.part_steps IS
  'Each step of a part counter. Production: counted = total, kind <> suspect, not during_setup.';
COMMENT ON COLUMN spindle.part_steps.at IS 'When the counter was seen to rise.';
COMMENT ON COLUMN spindle.part_steps.number IS 'Tells steps of one moment apart, from 0.';
COMMENT ON COLUMN spindle.part_steps.counted IS 'Which counter: total, good or scrap.';
COMMENT ON COLUMN spindle.part_steps.kind IS
  'normal; rollover or reset: the counter began anew; suspect: too large, not counted until confirmed.';
COMMENT ON COLUMN spindle.part_steps.parts IS 'How many parts.';
COMMENT ON COLUMN spindle.part_steps.during_setup IS 'Try-out parts, made while set-up was booked.';
COMMENT ON COLUMN spindle.part_steps.program IS 'Program they were made with.';

CREATE TABLE spindle.alarms(
  box integer NOT NULL,
  machine text NOT NULL,
  signal text NOT NULL,
  code text NOT NULL,
  started timestamptz NOT NULL,
  ended timestamptz,
  seconds double precision GENERATED ALWAYS AS (extract(epoch FROM ended - started)) STORED,
  level text NOT NULL,
  severity text,
  words text,
  PRIMARY KEY(box, machine, started, signal, code),
  FOREIGN KEY(box, machine, signal) REFERENCES spindle.signals);
COMMENT ON TABLE spindle.alarms IS 'Alarms and warnings, from when they came to when they went.';
COMMENT ON COLUMN spindle.alarms.signal IS 'Signal it came by.';
COMMENT ON COLUMN spindle.alarms.code IS 'Code as the machine gives it; may be empty.';
COMMENT ON COLUMN spindle.alarms.started IS 'When it came.';
COMMENT ON COLUMN spindle.alarms.ended IS 'When it went; empty while it stands.';
COMMENT ON COLUMN spindle.alarms.seconds IS 'How long it stood; empty while it stands.';
COMMENT ON COLUMN spindle.alarms.level IS 'warning or fault.';
COMMENT ON COLUMN spindle.alarms.severity IS 'The machine''s own severity.';
COMMENT ON COLUMN spindle.alarms.words IS 'The machine''s own words.';

CREATE TABLE spindle.spans(
  box integer NOT NULL,
  machine text NOT NULL,
  lane text NOT NULL,
  started timestamptz NOT NULL,
  ended timestamptz NOT NULL,
  seconds double precision NOT NULL GENERATED ALWAYS AS (extract(epoch FROM ended - started)) STORED,
  value text NOT NULL,
  PRIMARY KEY(box, machine, lane, started),
  FOREIGN KEY(box, machine) REFERENCES spindle.machines);
CREATE INDEX spans_value ON spindle.spans(lane, value);
COMMENT ON TABLE spindle.spans IS
  'What lasts beside the state: program, tool, operator, work_order, mode. Ended ones only.';
COMMENT ON COLUMN spindle.spans.lane IS 'program, tool, operator, work_order or mode.';
COMMENT ON COLUMN spindle.spans.started IS 'Begin, included.';
COMMENT ON COLUMN spindle.spans.ended IS 'End, not included.';
COMMENT ON COLUMN spindle.spans.seconds IS 'Length.';
COMMENT ON COLUMN spindle.spans.value IS 'Which program, tool, person, order or mode.';

CREATE TABLE spindle.incidents(
  box integer NOT NULL,
  machine text NOT NULL,
  at timestamptz NOT NULL,
  number integer NOT NULL,
  kind text NOT NULL,
  note text,
  PRIMARY KEY(box, machine, at, number),
  FOREIGN KEY(box, machine) REFERENCES spindle.machines);
COMMENT ON TABLE spindle.incidents IS 'What a reader of the figures should know.';
COMMENT ON COLUMN spindle.incidents.at IS 'When.';
COMMENT ON COLUMN spindle.incidents.number IS 'Tells incidents of one moment apart, from 0.';
COMMENT ON COLUMN spindle.incidents.kind IS
  'link_up, link_down: the connection; gap: data was lost; clock_step; counter_reset; suspect_step.';
COMMENT ON COLUMN spindle.incidents.note IS 'In words.';

CREATE TABLE spindle.signal_hours(
  box integer NOT NULL,
  machine text NOT NULL,
  signal text NOT NULL,
  hour timestamptz NOT NULL,
  min double precision,
  max double precision,
  mean double precision,
  last double precision,
  count bigint NOT NULL,
  good_s double precision NOT NULL,
  PRIMARY KEY(box, machine, signal, hour),
  FOREIGN KEY(box, machine, signal) REFERENCES spindle.signals);
COMMENT ON TABLE spindle.signal_hours IS
  'Each signal, hour by hour; an hour comes a few minutes after its end. Numbers are empty for texts.';
COMMENT ON COLUMN spindle.signal_hours.hour IS 'Begin of the hour.';
COMMENT ON COLUMN spindle.signal_hours.min IS 'Smallest value that held in the hour.';
COMMENT ON COLUMN spindle.signal_hours.max IS 'Largest value that held in the hour.';
COMMENT ON COLUMN spindle.signal_hours.mean IS 'Mean, weighted by how long each value held.';
COMMENT ON COLUMN spindle.signal_hours.last IS 'Last value of the hour.';
COMMENT ON COLUMN spindle.signal_hours.count IS 'Values that came in the hour.';
COMMENT ON COLUMN spindle.signal_hours.good_s IS 'Seconds for which a value was known; 3600: all of it.';
)sql";

constexpr auto bookkeeping = R"sql(
CREATE TABLE spindle.mirror_positions(
  box integer NOT NULL REFERENCES spindle.boxes,
  machine integer NOT NULL,
  facts text NOT NULL,
  hours timestamptz,
  PRIMARY KEY(box, machine));
COMMENT ON TABLE spindle.mirror_positions IS
  'How far each box has come: its own bookkeeping. Written together with the rows it speaks of.';
COMMENT ON COLUMN spindle.mirror_positions.machine IS 'The box''s own number of the machine.';
COMMENT ON COLUMN spindle.mirror_positions.facts IS 'Place in the box''s ledger; only the box reads it.';
COMMENT ON COLUMN spindle.mirror_positions.hours IS 'signal_hours is complete before this.';
)sql";

constexpr auto views = R"sql(
CREATE VIEW spindle.states_by_hour AS
SELECT s.box, s.machine, m.name, m.machine_group, h.hour, s.state,
  sum(extract(epoch FROM least(s.ended, h.hour + interval '1 hour') - greatest(s.started, h.hour)))
    ::double precision AS seconds
FROM spindle.state_intervals s
JOIN spindle.machines m USING (box, machine)
CROSS JOIN LATERAL generate_series(
  date_bin('1 hour', s.started, timestamptz '2000-01-01 00:00:00+00'),
  s.ended - interval '1 microsecond', interval '1 hour') AS h(hour)
GROUP BY s.box, s.machine, m.name, m.machine_group, h.hour, s.state;
COMMENT ON VIEW spindle.states_by_hour IS 'Seconds each machine spent in each state, hour by hour.';

CREATE VIEW spindle.states_by_day AS
SELECT s.box, s.machine, m.name, m.machine_group, d.midnight::date AS day, s.state,
  sum(extract(epoch FROM
    least(s.ended, (d.midnight + interval '1 day') AT TIME ZONE b.timezone)
    - greatest(s.started, d.midnight AT TIME ZONE b.timezone)))::double precision AS seconds
FROM spindle.state_intervals s
JOIN spindle.machines m USING (box, machine)
JOIN spindle.boxes b USING (box)
CROSS JOIN LATERAL generate_series(
  date_trunc('day', s.started AT TIME ZONE b.timezone),
  date_trunc('day', (s.ended - interval '1 microsecond') AT TIME ZONE b.timezone),
  interval '1 day') AS d(midnight)
GROUP BY s.box, s.machine, m.name, m.machine_group, d.midnight, s.state;
COMMENT ON VIEW spindle.states_by_day IS
  'Seconds each machine spent in each state, by calendar day in the plant''s zone.';

CREATE VIEW spindle.parts_by_day AS
SELECT p.box, p.machine, m.name, m.machine_group, (p.at AT TIME ZONE b.timezone)::date AS day,
  p.program,
  coalesce(sum(p.parts) FILTER (WHERE p.counted = 'total' AND p.kind <> 'suspect'
    AND NOT p.during_setup), 0) AS total,
  coalesce(sum(p.parts) FILTER (WHERE p.counted = 'good' AND p.kind <> 'suspect'
    AND NOT p.during_setup), 0) AS good,
  coalesce(sum(p.parts) FILTER (WHERE p.counted = 'scrap' AND p.kind <> 'suspect'
    AND NOT p.during_setup), 0) AS scrap,
  coalesce(sum(p.parts) FILTER (WHERE p.during_setup AND p.kind <> 'suspect'
    AND p.counted = 'total'), 0) AS try_out,
  coalesce(sum(p.parts) FILTER (WHERE p.kind = 'suspect'), 0) AS suspect
FROM spindle.part_steps p
JOIN spindle.machines m USING (box, machine)
JOIN spindle.boxes b USING (box)
GROUP BY p.box, p.machine, m.name, m.machine_group, (p.at AT TIME ZONE b.timezone)::date, p.program;
COMMENT ON VIEW spindle.parts_by_day IS
  'Parts by machine, calendar day in the plant''s zone, and program. A machine may have any of the three counters: without one its column is 0.';

CREATE VIEW spindle.alarms_by_code AS
SELECT a.box, a.machine, m.name, m.machine_group, a.code, a.level,
  max(a.words) AS words, count(*) AS times, sum(a.seconds) AS seconds,
  min(a.started) AS first_started, max(a.started) AS last_started,
  count(*) FILTER (WHERE a.ended IS NULL) AS standing
FROM spindle.alarms a
JOIN spindle.machines m USING (box, machine)
GROUP BY a.box, a.machine, m.name, m.machine_group, a.code, a.level;
COMMENT ON VIEW spindle.alarms_by_code IS 'How often each alarm came and how long it stood.';
)sql";

}  // namespace

std::string schema_step_1() {
  return std::string(boxes_and_machines) + facts + bookkeeping + views;
}

}  // namespace spindle::publish
