// Numbers and dates as the reader's language writes them. The lab's clock is UTC.
const language = () => document.documentElement.dataset.speaks ?? navigator.language;
const kept = new Map();

/** Formats are dear to make and cheap to use. */
function format(Kind, key, options) {
  if (!kept.has(key)) kept.set(key, new Kind(language(), options));
  return kept.get(key);
}

/** `1,234.50`: a number with so many digits behind its point. */
export function writeNumber(number, digits) {
  return format(Intl.NumberFormat, `number ${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(number);
}

const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DATES = {
  instant: { weekday: "short", day: "numeric", month: "short", year: "numeric", ...TIME },
  short: { day: "numeric", month: "short", ...TIME },
  day: { weekday: "short", day: "numeric" },
  month: { month: "short", year: "numeric" },
};

/** A moment of the lab's clock, in whole seconds since 1970. Seconds are said where there are some. */
export function writeInstant(seconds, shape) {
  const exact = seconds % 60 !== 0 && shape !== "day" && shape !== "month";
  return format(Intl.DateTimeFormat, `${shape} ${exact}`, { ...DATES[shape], ...(exact ? { second: "2-digit" } : {}), timeZone: "UTC" })
    .format(seconds * 1000);
}

/** A moment of the reader's own clock. */
export function writeMoment(milliseconds) {
  return format(Intl.DateTimeFormat, "moment", { dateStyle: "medium", timeStyle: "short" }).format(milliseconds);
}
