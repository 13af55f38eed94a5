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

  /* What no source supplies, and how to supply it. */
  function missing(...kinds) {
    const absent = kinds.filter((kind) => !SUPPLIED[kind].some((id) => store.kpi(id)));
    return absent.map((kind) => elements.notice(format.text(`missing_${kind}`)));
  }

  Object.assign(blocks, {missing});
})();
