"use strict";
/* The records behind a number: reading the lists of a month, and putting the sides of a KPI together.
   Here belongs no element; what is in a list is told in `orchestration/publication/records/lists.py`. */
(() => {
  const store = prospection;
  const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const NONE = {entries: [], count: 0, sum: 0};
  const total = (values) => values.reduce((sum, value) => sum + value, 0);

  const termsOf = (cell) => {
    const {terms} = store.content("records/terms");
    return ((terms[cell.kpi] || {})[cell.statistic] || []).map(([side, weight, event, measure]) =>
      ({side, weight, event, measure}));
  };

  /* The KPIs that one is computed from which is no sum of events; none for any other. */
  const partsOf = (kpiId) => store.content("records/terms").made_of[kpiId] || [];

  /* The members of a list with what each counts for; `all`: how many there are and their sum, where more
     than these are counted. Null: there are more, and nothing tells how many. */
  function entries({records, days}, values, all) {
    let place = 0;
    const found = records.map((step, at) => ({place: place += step, day: days[at], value: values === 1 ? 1 : values[at]}));
    const [count, sum] = all || [found.length, total(found.map((each) => each.value))];
    return {entries: found, count, sum};
  }

  /* Of a list those that count under one value of a dimension. */
  function under(whole, codes, place, isPart) {
    const width = codes.length / whole.entries.length;
    const code = (at) => [...codes.slice(at * width, (at + 1) * width)]
      .reduce((sum, digit) => sum * DIGITS.length + DIGITS.indexOf(digit), 0);
    const found = whole.entries.filter((_, at) => code(at) === place);
    return isPart ? {entries: found, count: null, sum: null}
      : {entries: found, count: found.length, sum: total(found.map((each) => each.value))};
  }

  function listOf({period, dimension, value_id: value}, {event, measure}) {
    const {lists, members} = store.content(`records/${period}`);
    const list = lists[`${event} ${measure}`];
    if (!list) return NONE;
    const apart = list.apart && list.apart[dimension];
    const isPart = Boolean(list.all); // of more records than are published
    if (apart) return apart[value] ? entries(apart[value], apart[value].values, isPart && [null, null]) : NONE;
    if (list.members === undefined) return NONE;
    const own = members[list.members];
    const whole = entries(own, list.values, list.all);
    if (dimension === "all") return whole;
    if (!own[dimension]) return NONE;
    const place = store.values(dimension).findIndex(([id]) => id === value) + 1;
    return under(whole, own[dimension], place, isPart);
  }

  /* What a side of a value counts: its terms with their lists, how many records and the sum. */
  function sideOf(cell, name) {
    const terms = termsOf(cell).filter((term) => term.side === name)
      .map((term) => ({...term, list: listOf(cell, term)}));
    if (!terms.length) return null;
    const isKnown = terms.every((term) => term.list.count !== null);
    return {
      terms,
      count: isKnown ? total(terms.map((term) => term.list.count)) : null,
      listed: total(terms.map((term) => term.list.entries.length)),
      sum: isKnown ? total(terms.map((term) => term.weight * term.list.sum)) : null,
      isQuantile: terms.some((term) => ["median", "p90"].includes(term.measure)),
    };
  }

  /* Where a record is in the tool that it comes from; nothing where no link is declared. Its id is
     escaped, and an address that is none of the web is never a link. */
  function linkOf(entity, source, id) {
    const link = (store.content("records/terms").links[source] || {})[entity];
    if (!link || id === null || id === undefined) return null;
    const address = link.replace(/\{[^{}]*\}/, () => encodeURIComponent(id));
    return /^https?:\/\//i.test(address) ? address : null;
  }

  /* The records of a month, as objects. */
  const recordsOf = (period) => store.rows(`records/${period}`, (content) => content.records);

  prospection.records = {sideOf, partsOf, linkOf, recordsOf};
})();
