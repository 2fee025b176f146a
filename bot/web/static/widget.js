/* The visitor's chat: the element <erasmus-wegwijzer>. On a page without one, a button opens it;
 * docs/website.md tells what the page can choose. */
"use strict";

customElements.get("erasmus-wegwijzer") || (() => {
const TEXT = {
  title: "Erasmus+ Wegwijzer",
  subtitle: "U praat met een chatbot, geen mens.",
  restart: "Opnieuw beginnen",
  copy: "Kopiëren",
  print: "Afdrukken",
  close: "Sluiten",
  log: "Gesprek",
  visitor: "U",
  bot: "Wegwijzer",
  welcome: "Kunt u met Erasmus+ naar het buitenland?",
  invitation:
    "Vertel wie u bent of voor wie u vraagt, en wat u wilt. Ik zeg of het kan, hoe lang en waarom.",
  examples: "Bijvoorbeeld:",
  questions: [
    "Ik doe mbo en wil zes weken stage lopen in Spanje.",
    "Mijn dochter zit in het bso. Kan zij naar het buitenland?",
    "Ik ben docent op een roc. Hoe lang mag ik weg?",
    "Wij zijn een bedrijf en zoeken partners in Europa.",
  ],
  choices: "Kies een antwoord of typ zelf",
  further: "Vraag verder",
  label: "Uw vraag of antwoord",
  send: "Verstuur",
  privacy: "Typ geen naam of adres.",
  waiting: "Antwoord wordt opgehaald…",
  retry: "Opnieuw proberen",
  failures: {
    timeout: "Het antwoord duurt te lang. Wilt u het nog eens proberen?",
    connection: "Er is geen verbinding. Controleer uw internet en probeer het opnieuw.",
    server: "Er ging iets mis bij ons. Wacht even en probeer het opnieuw.",
  },
  cleared: "Het gesprek is gewist.",
  copied: "Het gesprek is gekopieerd.",
  notCopied: "Kopiëren lukt niet. Selecteer de tekst zelf.",
  newTab: "(nieuw tabblad)",
  verdicts: { eligible: "Ja", conditional: "Misschien", not_eligible: "Nee, dit kan niet" },
  can: ", dit kan",
  but: { no: ", maar niet ", depends: ", maar niet altijd " },
  action: "Kernactie",
  actions: {
    KA1: "KA1: leren en werken in het buitenland",
    KA2: "KA2: samenwerken met partners",
  },
  stay: "Verblijf",
  limits: (min, max) => `minstens ${min} en hoogstens ${max}`,
  wish: "Wens",
  fits: { yes: "dat past", no: "dat past niet", depends: "dat hangt ervan af" },
  conditions: "Voorwaarden",
  next: "Wat nu?",
  why: "Waarom?",
  source: "Bron",
  rule: "Regel",
  useful: "Was dit nuttig?",
  yes: "Ja",
  no: "Nee",
  thanks: "Dank u. Daar leren wij van.",
  to: " tot ",
  units: { Y: ["jaar", "jaar"], M: ["maand", "maanden"], W: ["week", "weken"], D: ["dag", "dagen"] },
};
const PATIENCE = 15_000; // milliseconds
const TOUCH = matchMedia("(pointer: coarse)").matches;

const { src, dataset: settings } = document.currentScript;
const base = new URL(settings.server?.replace(/\/?$/, "/") ?? ".", src).href;
const TITLE = settings.title || TEXT.title;
const post = (path, body, signal) => fetch(base + path, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
  credentials: "omit",
  signal,
});

const maker = (namespace) => (tag, attributes = {}, ...children) => {
  const node = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value instanceof Function) node.addEventListener(name, value);
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter(Boolean));
  return node;
};
const html = maker("http://www.w3.org/1999/xhtml");
const svg = maker("http://www.w3.org/2000/svg");

const SHAPES = {
  chat: "M4 5h16v11H10l-5 4v-4H4z",
  yes: "M5 13l4.5 4.5L19 8",
  no: "M7 7l10 10M17 7L7 17",
  depends: "M9 9a3 3 0 1 1 4.7 2.5c-1 .7-1.7 1.3-1.7 2.5M12 18v.01",
  but: "M12 6v7M12 18v.01",
};
const icon = (shape) =>
  svg("svg", { viewBox: "0 0 24 24", "aria-hidden": true }, svg("path", { d: SHAPES[shape] }));
const button = (label, click, attributes, ...before) =>
  html("button", { type: "button", click, ...attributes }, ...before, label);
const small = (attributes, ...text) => html("p", { class: "small", ...attributes }, ...text);
const unseen = (text) => html("span", { class: "unseen" }, text);
const link = (address, label) =>
  html("a", { href: address.replace(/^(?!https:)/, "https://"), target: "_blank" }, label, unseen(` ${TEXT.newTab}`));

/** Text with its web addresses as links: "https://epos-vlaanderen.be", "erasmusplus.nl". */
const linked = (text) => text
  .split(/((?:https:\/\/|(?<![\w@.-])(?=[\w.-]+\.(?:nl|be|eu)\b))[^\s()]*[^\s().,;:!?])/)
  .map((part, index) => index % 2 ? link(part, part.replace(/^https:\/\/(www\.)?/, "")) : part);

const DAYS = { Y: 365, M: 30.4, W: 7, D: 1 };
const amounts = (length) => [...length.matchAll(/([\d.]+)([YMWD]?)/g)];
const days = (length) => amounts(length).reduce((sum, [, amount, unit]) => sum + amount * DAYS[unit], 0);
/** "P6W" → "6 weken", "P2M/P3M" → "2 tot 3 maanden". */
const words = (length) => length.replace(/(\w)(?=\/P[\d.]+\1$)/, "").split("/")
  .map((part) => amounts(part).map(([, amount, unit]) => amount.replace(".", ",")
    + (unit && ` ${TEXT.units[unit][amount < 2 ? 0 : 1]}`)).join(" ")).join(TEXT.to);

/** The allowed stay as a bar, with the wanted stay as a sign on it. The line is logarithmic: two
 * days and twelve months must both be seen. */
function timeline(stay, wish) {
  const inside = (edge, x) => Math.max(edge, Math.min(100 - edge, x));
  const places = (length) => length.split("/").map((end) => inside(3, 3 + 14.2 * Math.log(days(end))));
  // One caption for both ends: on a phone two would overlap.
  const caption = (length, y) => {
    const [from, to = from] = places(length), text = words(length);
    return svg("text", { x: `${inside(1.6 * text.length, (from + to) / 2)}%`, y }, text);
  };
  const allowed = `${stay.min}/${stay.max}`, [from, to] = places(allowed), y = wish ? 24 : 2;
  const [start, end = start] = places(wish?.length ?? allowed);
  return svg("svg", { class: "timeline", height: y + 38, "aria-hidden": true },
    svg("rect", { class: "line", y: y + 4, width: "100%", height: 4, rx: 2 }),
    svg("rect", { x: `${from}%`, y, width: `${to - from}%`, height: 12, rx: 6 }),
    caption(allowed, y + 32),
    wish && [caption(wish.length, 12), svg("g", { class: wish.fits },
      svg("rect", { class: "range", x: `${start}%`, y: y + 3, width: `${end - start}%`, height: 6 }),
      svg("svg", { x: `${(start + end) / 2}%`, y: y + 6 }, svg("circle", { r: 12 }),
        svg("path", { d: SHAPES[wish.fits], transform: "translate(-9 -9) scale(.75)" })))]);
}

/** The paragraphs of a reply that its cards do not show already. */
const beside = (text, answers) => text.split("\n\n").filter((paragraph) => !answers.some(
  ({ explanation, stay_text, conditions, source, next_step }) => paragraph.endsWith(explanation)
    || [stay_text, next_step].includes(paragraph) || paragraph.includes(source.quote)
    || (conditions.length && conditions.every((condition) => paragraph.includes(condition))),
)).join("\n");

function card(answer, heading, useful, rate) {
  const { verdict, key_action, stay, stay_explanation, stay_text, conditions, source } = answer;
  const wish = answer.requested_stay?.fits && answer.requested_stay;
  const length = wish && words(wish.length);
  const but = TEXT.but[wish?.fits];
  const limits = stay && TEXT.limits(words(stay.min), words(stay.max));
  // Not what the rows above have just said.
  const more = [
    stay && !stay_explanation.includes(limits) && stay_explanation,
    (wish?.fits === "depends" || length?.includes(TEXT.to)) && stay_text,
  ].filter(Boolean).join(" ");
  const sign = but ? "but" : { eligible: "yes", conditional: "depends" }[verdict] ?? "no";
  const row = (term, text) => html("div", {}, html("dt", {}, term), html("dd", {}, text));
  const thanks = html("span", { tabindex: -1 }, TEXT.thanks);
  const vote = (label, value) => button(label, ({ target }) => {
    rate(value);
    target.parentNode.replaceChildren(thanks);
    thanks.focus();
  });
  return html("section", { class: `card ${sign}` },
    heading(2, html("span", { class: "disc" }, icon(sign)),
      TEXT.verdicts[verdict] + (but ? but + length : verdict === "eligible" ? TEXT.can : "")),
    html("p", {}, linked(answer.explanation.replace(stay_explanation, ""))),
    html("dl", {},
      key_action && row(TEXT.action, TEXT.actions[key_action]),
      stay && row(TEXT.stay, limits),
      wish && row(TEXT.wish, `${length}: ${TEXT.fits[wish.fits]}`)),
    stay && timeline(stay, wish),
    more && html("p", {}, more),
    conditions.length && [heading(3, TEXT.conditions),
      html("ul", {}, conditions.map((text) => html("li", {}, linked(text))))],
    heading(3, TEXT.next), html("p", {}, linked(answer.next_step)),
    html("details", {},
      html("summary", {}, TEXT.why),
      [source.quote, source.stay_quote].map((quote) => quote && html("blockquote", {}, quote)),
      small({}, `${TEXT.source}: ${source.heading}, `,
        source.address ? link(source.address, source.title) : source.title),
      small({}, `${answer.edition_title}. ${TEXT.rule}: ${answer.rule}`)),
    html("div", { class: "vote", role: "group", "aria-label": TEXT.useful },
      useful == null ? [TEXT.useful, vote(TEXT.yes, true), vote(TEXT.no, false)] : thanks));
}

/** A conversation. `entries`: `{said, payload}` by the visitor, `{text, buttons, custom, useful}` by
 * the bot; `pending`: until when (epoch, ms) a reply is awaited; `failure`: why there is none. */
const begun = () => ({
  sender: `web-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`,
  entries: [],
  pending: 0,
});
let talk = begun();

// In localStorage the conversation outlives a reload and is shared by all tabs, unless it is blocked.
const KEY = `erasmus-wegwijzer ${base}`;
function restore() {
  try {
    talk = JSON.parse(localStorage.getItem(KEY)) ?? talk;
  } catch {}
}
function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(talk));
  } catch {}
}

/** The bot's reply as one entry; rejects with a key of `TEXT.failures`. A message that is sent again
 * has the same `id`, by which the bot knows it. */
async function reply(sender, id, message, signal) {
  const messages = await post("webhooks/rest/webhook", { sender, message, metadata: { id } }, signal)
    .then((response) => response.ok ? response.json() : [])
    .catch(({ name }) => {
      throw { AbortError: "timeout", SyntaxError: "server" }[name] ?? "connection";
    });
  if (!messages.length) throw "server";
  return {
    text: messages.map(({ text }) => text).filter(Boolean).join("\n\n"),
    buttons: messages.flatMap(({ buttons }) => buttons ?? []),
    custom: messages.find(({ custom }) => custom)?.custom,
  };
}

const styles = fetch(`${base}widget.css`)
  .then((response) => response.ok && response.text())
  .then((css) => css && new CSSStyleSheet().replace(css))
  .catch(() => null);

/** Builds the chat in the shadow root of `host` and keeps it in line with the conversation. */
function start(host, sheet) {
  const launched = host.hasAttribute("launcher");
  const heading = (depth, ...text) => html(`h${depth + launched}`, {}, ...text);
  const log = html("div", { class: "log", role: "log", "aria-label": TEXT.log, tabindex: 0 });
  const status = small({ role: "status" });
  const alert = html("div", { class: "choices", role: "alert" });
  const send = html("button", { class: "send" }, TEXT.send);
  const field = html("textarea", {
    id: "message",
    rows: 1,
    "aria-describedby": "privacy",
    keydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
    },
  });
  let shown = {};
  let request, timer;

  const waiting = () => talk.pending > Date.now();
  const unanswered = () => !waiting() && talk.entries.at(-1)?.said;
  const lastSaid = () => [...log.querySelectorAll(".said")].pop();
  // On a phone not to the field: its keyboard would cover what there is to read.
  const rest = () => (TOUCH ? lastSaid() ?? log : field).focus({ preventScroll: true });
  // From the visitor's last words on, so that the start of a long reply stays in sight.
  const scroll = () => lastSaid()?.scrollIntoView({ container: "nearest" });

  /** Shows what is new in the conversation, which another tab may have changed. */
  function update() {
    if (shown.sender !== talk.sender) {
      log.replaceChildren(welcome());
      shown = { sender: talk.sender, count: 0 };
    }
    const fresh = talk.entries.slice(shown.count);
    if (fresh.length) log.querySelectorAll(".choices").forEach((node) => node.remove());
    for (const entry of fresh) log.append(...rendered(entry, shown.count++));
    clearTimeout(timer);
    if (waiting()) timer = setTimeout(update, talk.pending - Date.now() + 100);
    status.textContent = waiting() ? TEXT.waiting : "";
    send.setAttribute("aria-disabled", waiting());
    alert.replaceChildren(...unanswered()
      ? [html("p", {}, TEXT.failures[talk.failure ?? "timeout"]), button(TEXT.retry, retry)]
      : []);
    scroll();
  }

  const welcome = () => html("div", { class: "welcome" },
    heading(2, TEXT.welcome),
    html("p", {}, TEXT.invitation),
    choices(TEXT.examples, TEXT.questions.map((title) => ({ title }))));

  const choices = (label, buttons) => html("div", { class: "choices", role: "group", "aria-label": label },
    small({ "aria-hidden": true }, label),
    buttons.map(({ title, payload }) => button(title, () => {
      if (say(title, payload)) lastSaid().focus({ preventScroll: true });
    })));

  function rendered({ said, text, buttons, custom, useful }, index) {
    if (said) return [html("p", { class: "said", tabindex: -1 }, unseen(`${TEXT.visitor}: `), said)];
    const answers = custom?.type === "answer" ? [custom, ...(custom.others ?? [])] : [];
    const outside = beside(text, answers);
    return [
      outside && html("p", { class: "bubble" }, unseen(`${TEXT.bot}: `), linked(outside)),
      ...answers.map((answer) => card(answer, heading,
        useful?.[answer.rule], (vote) => rate(index, answer.rule, vote))),
      index === talk.entries.length - 1 && buttons.length
        && choices(answers.length ? TEXT.further : TEXT.choices, buttons),
    ].filter(Boolean);
  }

  function change(changes) {
    Object.assign(talk, changes);
    keep();
    update();
  }

  /** Adds the visitor's words and sends them, unless a reply is awaited; tells whether it did. */
  function say(said, payload = said) {
    restore();
    if (waiting()) return false;
    talk.entries.push({ said, payload });
    ask();
    return true;
  }

  function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || !say(text)) return field.focus();
    field.value = "";
    rest();
  }

  function retry() {
    restore();
    if (unanswered()) ask();
    rest();
  }

  /** Sends the visitor's last words and adds the reply, or the reason why there is none. */
  async function ask() {
    const { sender, entries } = talk;
    const { signal } = request = new AbortController();
    const clock = setTimeout(() => request.abort(), PATIENCE);
    change({ pending: Date.now() + PATIENCE });
    const outcome = await reply(sender, entries.length, entries.at(-1).payload, signal)
      .then((entry) => ({ entry }), (failure) => ({ failure }));
    clearTimeout(clock);
    restore();
    if (talk.sender !== sender || talk.entries[entries.length]) return; // begun again or answered
    if (outcome.entry?.custom?.deleted) Object.assign(talk, begun());
    if (outcome.entry) talk.entries.push(outcome.entry);
    change({ pending: 0, failure: outcome.failure });
  }

  function rate(index, rule, useful) {
    const entry = talk.entries[index];
    entry.useful = { ...entry.useful, [rule]: useful };
    keep();
    // A vote that gets lost must not disturb the conversation.
    post("api/feedback", { sender: talk.sender, rule, useful }).catch(() => {});
  }

  function restart() {
    request?.abort();
    change(begun());
    status.textContent = TEXT.cleared;
    rest();
  }

  const unfold = (open) => log.querySelectorAll("details").forEach((node) => { node.open = open; });

  async function copy() {
    unfold(true);
    log.classList.add("bare");
    const text = log.innerText;
    log.classList.remove("bare");
    unfold(false);
    try {
      await navigator.clipboard.writeText(text);
      status.textContent = TEXT.copied;
    } catch {
      status.textContent = TEXT.notCopied;
    }
  }

  /** Prints the conversation alone, also where it lies over somebody else's page. */
  function printed() {
    const alone = new CSSStyleSheet();
    if (launched) alone.replaceSync("@media print { body > :not([launcher]) { display: none !important } }");
    document.adoptedStyleSheets.push(alone);
    print();
    document.adoptedStyleSheets.pop();
  }

  const chat = html("div", { class: "chat" },
    html("header", {},
      html("div", {}, heading(1, TITLE), html("p", {}, TEXT.subtitle)),
      html("div", { class: "tools" },
        button(TEXT.restart, restart), button(TEXT.copy, copy), button(TEXT.print, printed)),
      launched && button(TEXT.close, () => dialog.close(), { class: "close" })),
    log, status, alert,
    html("form", { submit },
      html("label", { for: "message" }, TEXT.label), field, send,
      small({ id: "privacy" }, TEXT.privacy)));
  const dialog = launched && html("dialog", {
    "aria-label": TITLE,
    click: ({ target }) => target === dialog && dialog.close(),
  }, chat);
  const open = () => {
    dialog.showModal();
    rest();
    scroll();
  };

  restore();
  update(); // before it is shown: a conversation found again is not read aloud
  if (waiting()) ask(); // a reload may have cut off the reply
  if (settings.color) host.style.setProperty("--accent", settings.color);
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(launched
    ? html("div", { class: settings.position ?? "" }, dialog,
      button(TITLE, open, { class: "launcher", "aria-haspopup": "dialog" }, icon("chat")))
    : chat);
  scroll();
  addEventListener("storage", ({ key }) => {
    if (key !== KEY) return;
    restore();
    update();
  });
  addEventListener("beforeprint", () => unfold(true));
}

customElements.define("erasmus-wegwijzer", class extends HTMLElement {
  async connectedCallback() {
    // Without its style sheet (no connection, or a site that the bot does not allow) the element
    // leaves the page as it was.
    const sheet = await styles;
    if (sheet && !this.shadowRoot) start(this, sheet);
  }
});
if (!document.querySelector("erasmus-wegwijzer"))
  document.body.append(html("erasmus-wegwijzer", { launcher: "", lang: "nl" }));
})();
