// Answers the messages tools send to Canvas (the LTI postMessage API), in the page around the frame. What is about
// storage, storage.js answers. What the page says of itself stands in the body's data-page-settings.
"use strict";
(() => {
  const storage = globalThis.smallCanvasStorage ?? [];
  const LEAST_HEIGHT = 450;

  class Refusal extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
    }
  }

  const needed = (message, name) => {
    if (typeof message[name] !== "string" || !message[name]) throw new Refusal("bad_request", `${name} is needed`);
    return message[name];
  };

  const frameOf = (source) => [...document.querySelectorAll("iframe.tool_launch")]
    .find((frame) => frame.contentWindow === source);

  function resize(message, source) {
    const height = Number.parseInt(message.height, 10);
    if (!(height > 0)) throw new Refusal("bad_request", "height is needed");
    const frame = frameOf(source);
    if (frame) frame.style.height = `${Math.max(height, LEAST_HEIGHT)}px`;
    return {};
  }

  function windowSize(_message, source) {
    const frame = frameOf(source);
    const offset = frame ? { left: frame.offsetLeft, top: frame.offsetTop } : { left: 0, top: 0 };
    return { height: innerHeight, width: innerWidth, footer: 0, offset, scrollY };
  }

  function scrollUp(_message, source) {
    const frame = frameOf(source);
    scrollTo(0, frame ? frame.getBoundingClientRect().top + scrollY : 0);
    return {};
  }

  function showAlert(message) {
    const body = needed(message, "body");
    const kind = message.alertType ?? "success";
    if (!["success", "warning", "error"].includes(kind)) {
      throw new Refusal("bad_request", "alertType is success, warning or error");
    }
    const place = document.getElementById("tool-alert");
    place.className = `alert ${kind}`;
    place.textContent = `${message.title ? `${message.title}: ` : ""}${body}`;
    return {};
  }

  function sayAloud(message) {
    document.getElementById("tool-said").textContent = needed(message, "body");
    return {};
  }

  // As long as there is one, leaving the page is asked about, in the browser's own words.
  const hold = (event) => event.preventDefault();

  function setUnload(message) {
    document.body.dataset.unloadMessage = message.message ?? "";
    addEventListener("beforeunload", hold);
    return {};
  }

  function removeUnload() {
    delete document.body.dataset.unloadMessage;
    removeEventListener("beforeunload", hold);
    return {};
  }

  function followScrolling(_message, source) {
    addEventListener("scroll", () => source.postMessage({ subject: "lti.scroll", scrollY }, "*"), { passive: true });
    return {};
  }

  const pageSettings = () => ({
    pageSettings: { ...JSON.parse(document.body.dataset.pageSettings), window_width: innerWidth },
  });

  const capabilities = () => ({
    supported_messages: [...Object.keys(ANSWERS).map((subject) => ({ subject })), ...storage],
  });

  const ANSWERS = {
    "lti.capabilities": capabilities,
    "lti.enableScrollEvents": followScrolling,
    "lti.fetchWindowSize": windowSize,
    "lti.frameResize": resize,
    "lti.getPageSettings": pageSettings,
    "lti.removeUnloadMessage": removeUnload,
    "lti.screenReaderAlert": sayAloud,
    "lti.scrollToTop": scrollUp,
    "lti.setUnloadMessage": setUnload,
    "lti.showAlert": showAlert,
  };

  addEventListener("message", (event) => {
    let message = event.data;
    if (typeof message === "string") {
      try { message = JSON.parse(message); } catch { return; }
    }
    if (!message || typeof message.subject !== "string" || message.subject.endsWith(".response")) return;
    if (storage.some((each) => each.subject === message.subject)) return;
    const reply = { subject: `${message.subject}.response` };
    if (message.message_id) reply.message_id = message.message_id;
    try {
      const act = Object.hasOwn(ANSWERS, message.subject) ? ANSWERS[message.subject] : null;
      if (!act) throw new Refusal("unsupported_subject", `unknown subject ${message.subject}`);
      Object.assign(reply, act(message, event.source));
    } catch (error) {
      reply.error = { code: error instanceof Refusal ? error.code : "error", message: error.message };
    }
    event.source?.postMessage(reply, event.origin);
  });
})();
