"use strict";
/* Tables that are wider than their frame say that they go on to the side, and fade where they are cut.
   Here belongs nothing that knows what is in a table. */
(() => {
  const {format} = prospection;
  const HIDDEN = 2; // pixels: less is rounding

  function tell(frame) {
    const {scrollWidth, clientWidth} = frame;
    const isWide = scrollWidth - clientWidth > HIDDEN;
    if (isWide) frame.dataset.more = format.text("scroll_sideways");
    else delete frame.dataset.more;
    frame.classList.toggle("cut", isWide && scrollWidth - clientWidth - Math.abs(frame.scrollLeft) > HIDDEN);
  }

  const sizes = new ResizeObserver((entries) => entries.forEach(({target}) => tell(target.closest(".scroll"))));

  /* Watch the tables below an element, those that come later included. */
  function watch(place) {
    const find = () => {
      for (const frame of place.querySelectorAll(".scroll:not([data-watched])")) {
        frame.dataset.watched = "";
        sizes.observe(frame);
        if (frame.firstElementChild) sizes.observe(frame.firstElementChild);
        frame.addEventListener("scroll", () => tell(frame), {passive: true});
      }
    };
    new MutationObserver(find).observe(place, {childList: true, subtree: true});
    find();
  }

  prospection.scrolling = {watch};
})();
