// How a page in the frame talks with the platform's page around it (LTI postMessage, as Canvas speaks it).
// Only the window around us is believed, and only with an origin that the launch named; what we say goes to that
// origin alone once it has answered. Whoever does not answer within a second is not asked again on this page.
const PATIENCE_MS = 1000;
const above = window.parent === window ? null : window.parent;
const origins = new Set((document.body.dataset.platform ?? "").split(" ").filter(Boolean));
const waiting = new Map();
let platform = "*";

const read = (data) => {
  if (typeof data !== "string") return data;
  try { return JSON.parse(data); } catch { return null; }
};

addEventListener("message", (event) => {
  if (event.source !== above || !origins.has(event.origin)) return;
  const said = read(event.data);
  const asked = waiting.get(said?.message_id);
  if (!asked || said.subject !== `${asked.subject}.response`) return;
  platform = event.origin;
  asked.end(said.error ? null : said);
});

// The platform's answer; null when it refuses, or says nothing in time.
const ask = (subject) => new Promise((resolve) => {
  const id = `${subject}:${Math.random().toString(36).slice(2)}`;
  const end = (said) => {
    clearTimeout(timer);
    waiting.delete(id);
    resolve(said);
  };
  const timer = setTimeout(end, PATIENCE_MS, null);
  waiting.set(id, { subject, end });
  above.postMessage({ subject, message_id: id }, platform);
});

// What the platform offers here: `can(subject)`, `tell(subject, more)` without waiting for an answer, `ask(subject)`.
// Null when there is no platform around us, or none that answers.
export const meetPlatform = async () => {
  const said = above && origins.size ? await ask("lti.capabilities") : null;
  if (!Array.isArray(said?.supported_messages)) return null;
  const subjects = new Set(said.supported_messages.map((each) => each?.subject));
  const can = (subject) => subjects.has(subject);
  return {
    can,
    tell: (subject, more = {}) => { if (can(subject)) above.postMessage({ subject, ...more }, platform); },
    ask: async (subject) => (can(subject) ? ask(subject) : null),
  };
};
