"use strict";
/* What no source supplies, and how to supply it. */
(() => {
  const store = prospection;
  const {elements, format, blocks} = prospection;

  const SUPPLIED = {
    activities: ["touches"], costs: ["prospecting_cost"], surveys: ["nps", "csat", "ces"],
    tickets: ["complaints", "compliments", "refund_requests", "dissatisfactions", "customer_questions"],
    contracts: ["contracts_signed", "renewal_rate"], quotes: ["quotes_sent"],
    deals: ["deals_won", "deals_lost", "open_pipeline"], orders: ["orders_count"],
    reviews: ["average_rating"], prospects: ["new_prospects"],
  };

  /* The entities that supply it, where they are not called like it. */
  const ENTITIES = {surveys: ["survey_responses"], costs: ["costs", "rep_time"]};

  /* The files of these entities that were there and were not read. */
  const refusedOf = (entities) => (store.start.refused || []).filter((file) => entities.includes(file.entity));

  const refusal = (file) => format.text(file.outcome === "held_back" ? "file_held_back" : "file_refused", {
    file: `${file.source}/${file.file}`, reason: file[`reason_${format.language()}`]});

  /* What no source supplies, and how to supply it; of a file that was refused, that it was and why. */
  function missing(...kinds) {
    const absent = kinds.filter((kind) => !SUPPLIED[kind].some((id) => store.kpi(id)));
    return absent.flatMap((kind) => {
      const refused = refusedOf(ENTITIES[kind] || [kind]);
      return refused.length ? refused.map((file) => elements.notice(refusal(file), "warning"))
        : [elements.notice(format.text(`missing_${kind}`))];
    });
  }

  Object.assign(blocks, {missing, refusedOf, refusal});
})();
