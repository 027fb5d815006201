// Periods and the painted week are one truth: periods in, minutes of each weekday out, and back.
// A period with days of the month or months is not the week's: painting leaves it alone.

export const DAY = 1440;
const minutes = (text) => {
  const [hour, minute] = (text || "00:00").split(":").map(Number);
  return hour * 60 + minute;
};
const clock = (at) => `${String(Math.floor((at % DAY) / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;

export const weekly = (period) => !period.month_days?.length && !period.months?.length;

function merged(spans) {
  const result = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = result[result.length - 1];
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (end > start) result.push([start, end]);
  }
  return result;
}

/** Seven lists of [start, end) in minutes, Monday first. */
export function week(periods) {
  const days = Array.from({ length: 7 }, () => []);
  for (const period of periods) {
    const on = period.weekdays?.length ? period.weekdays.map(Number) : [0, 1, 2, 3, 4, 5, 6];
    const start = minutes(period.start), end = minutes(period.end);
    for (const day of on) {
      if (period.all_day) days[day].push([0, DAY]);
      else if (end > start) days[day].push([start, end]);
      else {
        days[day].push([start, DAY]);
        if (end > 0) days[(day + 1) % 7].push([0, end]);
      }
    }
  }
  return days.map(merged);
}

/** The same days with [start, end) of the days first..last painted or wiped. */
export function painted(days, { first, last, start, end, open }) {
  return days.map((spans, day) => {
    if (day < first || day > last) return spans;
    if (open) return merged([...spans, [start, end]]);
    return spans.flatMap(([a, b]) => [[a, Math.min(b, start)], [Math.max(a, end), b]].filter(([x, y]) => y > x));
  });
}

/** The periods that make this week; what runs over midnight becomes one period. Same hours on several days are joined. */
export function periodsOf(days) {
  const left = days.map((spans) => spans.map((span) => [...span]));
  const starts = [];
  const carried = new Set();
  left.forEach((spans, day) => {
    for (const span of spans) {
      if (span[1] !== DAY || span[0] === 0) continue;
      const early = left[(day + 1) % 7].find(([start, end]) => start === 0 && end < DAY && end <= span[0]);
      if (early && !carried.has(early)) {
        carried.add(early);
        span.push(early[1]);
      }
    }
  });
  left.forEach((spans, day) => {
    for (const span of spans) if (!carried.has(span)) starts.push({ day, start: span[0], end: span[2] ?? span[1] });
  });
  const byHours = new Map();
  for (const { day, start, end } of starts) {
    const key = `${start}-${end}`;
    byHours.set(key, { start, end, on: [...(byHours.get(key)?.on ?? []), day] });
  }
  return [...byHours.values()].map(({ start, end, on }) => {
    const whole = start === 0 && end === DAY;
    return { weekdays: on.map(String), month_days: [], months: [], start: whole ? "00:00" : clock(start), end: whole ? "00:00" : clock(end), all_day: whole };
  });
}

export const isOpen = (spans, start, end) => spans.some(([a, b]) => a <= start && b >= end);
export const touches = (spans, start, end) => spans.some(([a, b]) => a < end && b > start);
export { clock };
