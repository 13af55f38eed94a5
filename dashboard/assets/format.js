"use strict";
/* Texts, numbers and days in the reader's language. Here belongs no element and no data. */
prospection.format = (() => {
  const store = prospection;
  const MINUS = "\u2212";
  const NOTHING = "\u2013";
  let language = store.start.language;

  const locale = () => (language === "fr" ? "fr-FR" : "en-GB");

  function number(value, options) {
    if (value === null || value === undefined) return NOTHING;
    return new Intl.NumberFormat(locale(), options).format(value).replace("-", MINUS);
  }

  function decimals(value) {
    const size = Math.abs(value);
    return size >= 100 ? 0 : size >= 10 ? 1 : 2;
  }

  function amount(value, isShort) {
    const size = Math.abs(value);
    const isCompact = isShort && size >= 1e5;
    return money(value, isCompact, isCompact ? 1 : size >= 1000 || Number.isInteger(value) ? 0 : 2);
  }

  function money(value, isCompact, digits) {
    return number(value, {
      style: "currency",
      currency: store.start.currency,
      currencyDisplay: "narrowSymbol",
      notation: isCompact ? "compact" : "standard",
      minimumFractionDigits: 0,
      maximumFractionDigits: digits,
    }).replace(/\u00a0(k|M|Md)\u00a0(?=\P{L})/u, "\u00a0$1"); // "180,5 k\u20ac", but "76,9 M AED"
  }

  function count(value) {
    return number(value, {maximumFractionDigits: Number.isInteger(value) ? 0 : 1});
  }

  /* Whether a number, as it is shown, stands with a word in the singular: "1 day", "1,5 point". */
  const isOne = (value) => new Intl.PluralRules(locale()).select(Math.round(Math.abs(value) * 10) / 10) === "one";

  const HOURS_IN_DAYS = 48; // from two days on hours are told in days

  /* The unit in which people read a KPI, as the catalogue has it; the marts keep their own. */
  const unit = (kpi) => kpi.shown_as || kpi.unit;

  const UNITS = {
    count: (value) => count(value),
    rate: (value) => number(value, {style: "percent", maximumFractionDigits: 1,
      minimumFractionDigits: value === 0 || value === 1 || Math.abs(value) >= 10 ? 0 : 1}),
    ratio: (value) => number(value, {maximumFractionDigits: Math.max(1, decimals(value))}),
    amount,
    days: (value) => `${number(value, {maximumFractionDigits: 1})}\u00a0${text(isOne(value) ? "unit_day" : "unit_days")}`,
    hours: (value) => (Math.abs(value) < HOURS_IN_DAYS
      ? `${number(value, {maximumFractionDigits: 1})}\u00a0h` : UNITS.days(value / 24)),
    months: (value) => `${number(value, {maximumFractionDigits: 1})}\u00a0${text(isOne(value) ? "unit_month" : "unit_months")}`,
    percent: (value) => number(value, {style: "percent", maximumFractionDigits: Math.abs(value) < 1 ? 1 : 0}),
    score: (value) => number(value, {maximumFractionDigits: 1}),
  };

  /* A value in a unit of the catalogue; `isShort` where room is short. */
  function value(kind, amountOrCount, isShort = false) {
    if (amountOrCount === null || amountOrCount === undefined) return NOTHING;
    return UNITS[kind](amountOrCount, isShort);
  }

  /* What is told in per cent, and its changes in points. */
  const isShare = (kind) => kind === "rate" || kind === "percent";

  /* A round number on an axis whose numbers are `step` apart. */
  function tick(kind, amountOrCount, step) {
    const digits = Math.max(0, -Math.floor(Math.log10(step * (isShare(kind) ? 100 : 1)) + 1e-9));
    if (isShare(kind)) return number(amountOrCount, {style: "percent", maximumFractionDigits: digits});
    if (kind === "amount" && step >= 1e3) return money(amountOrCount, true, 1);
    return value(kind, amountOrCount, true);
  }

  const LEAST_COUNT_IN_PER_CENT = 20;

  /* How much a value differs from another, or null: in points for rates and scores, else in per
     cent, but as a difference where per cent would say nothing: of a small count (11 customers after
     1 are 10 more), of nothing or a loss, of what fell into a loss. The text that ends a refresh says
     it in the same way (tests/cases/changes_of_a_kpi.yml). */
  function change(kind, now, before, isDifference = false) {
    if (now === null || before === null || now === undefined || before === undefined) return null;
    const difference = now - before;
    if (isShare(kind) || kind === "score") {
      const points = isShare(kind) ? difference * 100 : difference;
      return signed(points, `\u00a0${text(isOne(points) ? "unit_point" : "unit_points")}`, 1);
    }
    const isSmall = kind === "count" && before < LEAST_COUNT_IN_PER_CENT;
    if (isDifference || isSmall || before <= 0 || now < 0) return signed(difference, "", digitsOf(kind, difference));
    const share = now / before - 1;
    return signed(share * 100, language === "fr" ? "\u00a0%" : "%", Math.abs(share) < 0.1 ? 1 : 0);
  }

  /* How many decimals a difference may show. */
  function digitsOf(kind, difference) {
    if (kind === "ratio") return 2;
    if (kind === "amount") return Math.abs(difference) >= 100 ? 0 : 2;
    return 1;
  }

  function signed(difference, suffix, digits) {
    const shown = new Intl.NumberFormat(locale(), {
      maximumFractionDigits: digits, signDisplay: "exceptZero",
    }).format(difference).replace("-", MINUS);
    return shown + suffix;
  }

  const day = (iso) => new Date(`${iso.slice(0, 10)}T12:00:00Z`);
  const iso = (date) => date.toISOString().slice(0, 10);

  function date(text, options = {day: "numeric", month: "short", year: "numeric"}) {
    if (!text) return NOTHING;
    return new Intl.DateTimeFormat(locale(), {timeZone: "UTC", ...options}).format(day(text));
  }

  /* How many days before the reader's today, or another moment, a day was. */
  const daysAgo = (text, moment = Date.now()) =>
    (text ? Math.max(0, Math.floor((moment - Date.parse(text.slice(0, 10))) / 864e5)) : null);

  function week(start) {
    const thursday = day(start);
    thursday.setUTCDate(thursday.getUTCDate() + 3);
    const first = new Date(Date.UTC(thursday.getUTCFullYear(), 0, 1, 12));
    return [Math.ceil(((thursday - first) / 864e5 + 1) / 7), thursday.getUTCFullYear()];
  }

  /* The name of a period; `isShort` on the axes of charts. */
  function period(grain, start, isShort = false) {
    const from = day(start);
    if (grain === "month") {
      return date(start, {month: isShort ? "short" : "long", year: "numeric"});
    }
    if (grain === "year" && isFiscal()) return fiscalYear(start, isShort);
    if (grain === "year") {
      return from.getUTCMonth() === 0 ? String(from.getUTCFullYear()) : span(start, 12);
    }
    if (grain === "quarter") {
      const isCalendar = from.getUTCMonth() % 3 === 0;
      if (isFiscal() && monthOfFiscalYear(start) % 3 === 0) return fiscalQuarter(start, isShort);
      if (!isCalendar) return span(start, 3);
      return `${text("quarter_letter")}${from.getUTCMonth() / 3 + 1} ${from.getUTCFullYear()}`;
    }
    if (grain === "week") {
      const [weekNumber, year] = week(start);
      if (isShort) return date(start, {day: "numeric", month: "short"});
      return `${text("week")} ${weekNumber}, ${year} (${date(start, {day: "numeric", month: "short"})})`;
    }
    if (grain === "half_month" && !isShort) {
      return `${from.getUTCDate()}\u2013${day(end(grain, start)).getUTCDate()} ` +
        date(start, {month: "long", year: "numeric"});
    }
    return date(start, isShort ? {day: "numeric", month: "short"} : undefined);
  }

  /* The month in which the company's year begins, 0 to 11. */
  const firstMonth = () => (store.start.fiscal_year_start_month || 1) - 1;
  const isFiscal = () => firstMonth() > 0;
  const monthOfFiscalYear = (start) => (day(start).getUTCMonth() - firstMonth() + 12) % 12;

  /* "2026/27", "2026-27": the two years that a fiscal year lies in. */
  function fiscalYears(start) {
    const from = day(start);
    const year = from.getUTCFullYear() - (from.getUTCMonth() < firstMonth() ? 1 : 0);
    return `${year}${language === "fr" ? "-" : "/"}${String((year + 1) % 100).padStart(2, "0")}`;
  }

  const fiscalYear = (start, isShort) => text("fiscal_year", {years: fiscalYears(start)}) +
    (isShort ? "" : ` (${span(start, 12)})`);

  const fiscalQuarter = (start, isShort) => text(isShort ? "fiscal_quarter_short" : "fiscal_quarter", {
    n: monthOfFiscalYear(start) / 3 + 1, years: fiscalYears(start), months: isShort ? "" : span(start, 3)});

  /* "in April 2026", "au T2 2026": a period at the end of a sentence. */
  const inPeriod = (grain, start) => text(
    grain === "quarter" ? "in_quarter" : grain === "year" && isFiscal() ? "in_fiscal_year" : "in_period",
    {period: period(grain, start), years: fiscalYears(start)});

  function span(start, months) {
    const last = day(start);
    last.setUTCMonth(last.getUTCMonth() + months - 1);
    const short = {month: "short", year: "numeric"};
    return `${date(start, short)} \u2013 ${date(iso(last), short)}`;
  }

  /* The day so many days after another. */
  function addDays(start, days) {
    const later = day(start);
    later.setUTCDate(later.getUTCDate() + days);
    return iso(later);
  }

  /* The last day of a period. */
  function end(grain, start) {
    const last = day(start);
    if (grain === "week") last.setUTCDate(last.getUTCDate() + 6);
    if (grain === "half_month") {
      if (last.getUTCDate() === 1) last.setUTCDate(15);
      else last.setUTCMonth(last.getUTCMonth() + 1, 0);
    }
    const months = {month: 1, quarter: 3, year: 12}[grain];
    if (months) last.setUTCMonth(last.getUTCMonth() + months, 0);
    return iso(last);
  }

  /* The words of a text, and whether there are any. */
  const known = (key) => store.text(language, key);
  const isKnown = (key) => known(key) !== undefined;

  function text(key, values = {}) {
    const words = known(key) ?? key;
    return typeset(words.replace(/\{(\w+)\}/g, (_, name) => values[name]));
  }

  /* A text about so many of something: of one it has its own. */
  const counted = (key, n, values = {}) => text(`${key}_${n === 1 ? "one" : "more"}`, {...values, n: count(n)});

  /* Remarks one after the other, each a sentence. */
  const sentences = (...remarks) => remarks.filter(Boolean).map((remark) => remark.trim())
    .map((remark) => remark[0].toUpperCase() + remark.slice(1) + (/[.!?]$/.test(remark) ? "" : ".")).join(" ");

  /* French punctuation does not begin a line. */
  const typeset = (words) => words.replace(/ (?=[:;!?\u00bb])/g, "\u00a0").replace(/(\u00ab) /g, "$1\u00a0");

  /* What is named, and its value: "Canal : Courrier". */
  const named = (name, value) => text("named", {name, value});

  /* A word of the data that people read: translated when we know it, else as it is. */
  function word(name, kind) {
    return known(`${kind}_${name}`) ?? special(String(name)).replaceAll("_", " ");
  }

  /* What stands in brackets says that there is no value, and is translated. */
  function special(name) {
    const found = known(`value_${String(name).slice(1, -1).replaceAll(" ", "_")}`);
    return found !== undefined && !isNamed(name) ? found : name;
  }

  /* Whether a value has a name; what has none stands in brackets. */
  const isNamed = (value) => !/^\(.*\)$/.test(value);

  const labelsOf = new Map();

  /* What people read for each value; two of one name tell their ids. */
  function labels(dimension) {
    if (!labelsOf.has(dimension)) {
      const times = new Map();
      for (const [, name] of store.values(dimension)) times.set(name, (times.get(name) || 0) + 1);
      labelsOf.set(dimension, new Map(store.values(dimension).map(([id, name]) =>
        [id, times.get(name) > 1 ? `${name} (${id})` : name])));
    }
    return labelsOf.get(dimension);
  }

  function label(dimension, valueId) {
    const names = labels(dimension);
    const shown = names.get(valueId) || valueId;
    return dimension === "channel" ? word(shown, "channel") : special(shown);
  }

  /* A share of what was there at the start of a period is another one for each length of period. */
  const isOverPeriod = (kpi) => kpi.shape === "stock" && /\(start\)|_start \(/.test(kpi.denominator || "");

  /* The name of a KPI; with the length of its periods where that belongs to it. */
  function kpiName(kpi, grain) {
    const name = kpi[`name_${language}`];
    return grain && isOverPeriod(kpi) && isKnown(`over_${grain}`) ? text(`over_${grain}`, {name}) : name;
  }

  return {
    NOTHING, value, tick, change, count, amount, number, date, daysAgo, addDays, period, inPeriod, end, text, isKnown, counted, sentences, typeset, named, word,
    label, special, isNamed,
    kpiName, unit,
    definition: (kpi) => kpi[`definition_${language}`],
    language: () => language,
    speak(wanted) { language = wanted; },
  };
})();
