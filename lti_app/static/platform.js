// What a page in the frame does with a platform that answers. Each subject is used only if it is offered, and the
// page lacks nothing where none is.
import { meetPlatform } from "./messages.js";
import { watchUnsaved } from "./unsaved.js";

const MARGIN_PX = 32;
const LEAST_CHANGE_PX = 8;
const MOST_IN_A_ROW = 8;
const ROW_ENDS_MS = 2000;

// The frame follows the page's height. Should the page follow the frame's in turn, we stop asking.
const fit = (platform) => {
  let asked = 0;
  let inARow = 0;
  let rest;
  const look = () => {
    const height = document.documentElement.offsetHeight + MARGIN_PX;
    if (Math.abs(height - asked) < LEAST_CHANGE_PX || inARow === MOST_IN_A_ROW) return;
    asked = height;
    inARow += 1;
    clearTimeout(rest);
    rest = setTimeout(() => { inARow = 0; }, ROW_ENDS_MS);
    platform.tell("lti.frameResize", { height });
  };
  new ResizeObserver(look).observe(document.body);
};

// Whoever follows a link inside the tool sees the top of the next page, however far down the last one was left; where
// its heading is in view already, the platform's page stays as it is.
const scrollUp = (platform) => {
  const came = performance.getEntriesByType("navigation")[0]?.type;
  if (came !== "navigate" || location.hash || !document.referrer.startsWith(`${location.origin}/l/`)) return;
  new IntersectionObserver(([heading], watcher) => {
    watcher.disconnect();
    if (!heading.isIntersecting) platform.tell("lti.scrollToTop");
  }).observe(document.querySelector("h1"));
};

// A link to a place in the page is followed while the frame is still low. Once it is as high as its page, the place is
// brought into sight, unless somebody has begun to do something.
const showPlace = () => {
  const place = document.querySelector(":target");
  if (!place) return;
  const end = new AbortController();
  const once = { signal: end.signal };
  addEventListener("resize", () => {
    if (innerHeight < document.documentElement.offsetHeight) return;
    end.abort();
    place.scrollIntoView();
  }, once);
  for (const begun of ["pointerdown", "keydown"]) addEventListener(begun, () => end.abort(), once);
};

// The notice after an act stands on top of the page for the eyes. For the ears the platform says it, since a notice
// that is there from the start is often not read out; then it is no live region of ours, or it could be heard twice.
// Where the platform cannot scroll to it, it shows it instead.
let announced;
const announce = (platform) => {
  const notice = document.querySelector("main .note[role=status]");
  if (!notice) return;
  const body = (notice.querySelector("p, .row > span") ?? notice).innerText.trim();
  const ways = platform.can("lti.scrollToTop") ? [] : ["lti.showAlert"];
  const way = [...ways, "lti.screenReaderAlert"].find(platform.can);
  if (!way) return;
  const alertType = ["bad", "warn"].some((kind) => notice.classList.contains(kind)) ? "warning" : "success";
  // One that comes again with a part of the page that is fetched every few seconds is no news.
  if (body !== announced) platform.tell(way, way === "lti.showAlert" ? { body, alertType } : { body });
  announced = body;
  notice.removeAttribute("role");
};

// Leaving the platform's page loses a text as surely as leaving ours.
const guard = (platform) => watchUnsaved((isUnsaved) => {
  if (isUnsaved) platform.tell("lti.setUnloadMessage", { message: document.body.dataset.unsaved });
  else platform.tell("lti.removeUnloadMessage");
});

// What the launch left open about how pages should look, the platform may tell; the server keeps it for the next page.
const settle = async (platform) => {
  const keep = document.body.dataset.settings;
  if (!keep) return;
  const told = (await platform.ask("lti.getPageSettings"))?.pageSettings;
  if (!told) return;
  if (told.use_high_contrast === true) {
    document.documentElement.dataset.contrast = "high";
    document.getElementById("contrast").media = "all";
  }
  const body = new URLSearchParams({
    time_zone: told.time_zone ?? "",
    high_contrast: told.use_high_contrast ?? "",
    brand_url: told.active_brand_config_json_url ?? "",
    locale: told.locale ?? "",
  });
  const headers = { "X-CSRF-Token": document.querySelector("meta[name=csrf-token]").content };
  await fetch(keep, { method: "POST", body, headers }).catch(() => null);
};

meetPlatform().then((platform) => {
  if (!platform) return;
  fit(platform);
  showPlace();
  scrollUp(platform);
  announce(platform);
  guard(platform);
  settle(platform);
  document.addEventListener("htmx:afterSwap", () => announce(platform));
});
