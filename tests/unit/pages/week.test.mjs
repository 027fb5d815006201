import assert from "node:assert/strict";
import { test } from "node:test";

import { painted, periodsOf, week } from "../../../components/islands/week.js";

const period = (weekdays, start, end, more = {}) => ({ weekdays, month_days: [], months: [], start, end, all_day: false, ...more });
const OFFICE = period(["0", "1", "2", "3", "4"], "08:00", "18:00");
const paint = (periods, change) => periodsOf(painted(week(periods), { last: change.first, ...change }));

test("what is not painted on comes back as it was, whatever its minutes", () => {
  const periods = [period(["0", "2"], "08:15", "12:05"), period(["5"], "22:00", "06:00"), period(["3"], "00:00", "00:00", { all_day: true })];
  assert.deepEqual(periodsOf(week(periods)).sort((a, b) => a.weekdays[0] - b.weekdays[0]), periods.sort((a, b) => a.weekdays[0] - b.weekdays[0]));
});

test("a period without weekdays is every day", () => {
  assert.deepEqual(periodsOf(week([period([], "08:00", "12:00")])), [period(["0", "1", "2", "3", "4", "5", "6"], "08:00", "12:00")]);
});

test("painting next to a period makes it longer", () => {
  assert.deepEqual(paint([OFFICE], { first: 0, last: 4, start: 1080, end: 1140, open: true }), [period(OFFICE.weekdays, "08:00", "19:00")]);
});

test("wiping the middle of a day leaves two periods, of that day alone", () => {
  const found = paint([OFFICE], { first: 2, start: 720, end: 780, open: false });
  assert.deepEqual(found, [period(["0", "1", "3", "4"], "08:00", "18:00"), period(["2"], "08:00", "12:00"), period(["2"], "13:00", "18:00")]);
});

test("Sunday night runs into Monday", () => {
  assert.deepEqual(paint([], { first: 6, start: 1320, end: 1440, open: true }), [period(["6"], "22:00", "00:00")]);
  const night = periodsOf(painted(week([period(["6"], "22:00", "00:00")]), { first: 0, last: 0, start: 0, end: 120, open: true }));
  assert.deepEqual(night, [period(["6"], "22:00", "02:00")]);
});

test("a whole day is a whole day, and the week can be wiped", () => {
  assert.deepEqual(paint([], { first: 0, start: 0, end: 1440, open: true }), [period(["0"], "00:00", "00:00", { all_day: true })]);
  assert.deepEqual(paint([OFFICE], { first: 0, last: 6, start: 0, end: 1440, open: false }), []);
});

test("whatever is painted, the week that comes back is the week that was painted", () => {
  let seed = 7;
  const random = (most) => (seed = (seed * 48271) % 2147483647) % most;
  let days = week([]);
  for (let round = 0; round < 2000; round += 1) {
    const first = random(7), start = random(48) * 30;
    days = painted(days, { first, last: first + random(7 - first), start, end: start + 30 * (1 + random(48 - start / 30)), open: random(3) > 0 });
    assert.deepEqual(week(periodsOf(days)), days);
  }
});
