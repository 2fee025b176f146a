/* The visitor's chat: the element <erasmus-wegwijzer>.
 *
 * A page that holds the element gets the chat in that place. On any other page
 *   <script src="https://bot.example/widget.js" defer data-title="Vraag het ons"
 *     data-color="#003399" data-position="left"></script>
 * adds a button that opens it. `data-server` is the bot's address if the script has another. */
"use strict";

(() => {
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
  label: "Uw vraag of antwoord",
  send: "Verstuur",
  privacy: "Typ geen naam of adres.",
  waiting: "Antwoord wordt opgehaald…",
  retry: "Opnieuw proberen",
  failures: {
    timeout: "Het antwoord duurt te lang. Misschien kwam uw bericht wel aan. Wilt u het nog een keer versturen?",
    connection: "Er is geen verbinding. Controleer uw internet en probeer het opnieuw.",
    server: "Er ging iets mis bij ons. Wacht even en probeer het opnieuw.",
  },
  cleared: "Het gesprek is gewist.",
  copied: "Het gesprek is gekopieerd.",
  notCopied: "Kopiëren lukt niet in deze browser. Selecteer de tekst en kopieer die zelf.",
  newTab: "(nieuw tabblad)",
  verdicts: { eligible: "Ja", conditional: "Misschien", not_eligible: "Nee, dit kan niet" },
  can: ", dit kan",
  but: {
    no: (length) => `, maar niet ${length}`,
    depends: (length) => `, maar ${length} kan niet altijd`,
  },
  action: "Kernactie",
  actions: {
    KA1: "KA1: leren en werken in het buitenland",
    KA2: "KA2: samenwerken met partners",
  },
  stay: "Verblijf",
  limits: (min, max) => `minstens ${min} en hoogstens ${max}`,
  wish: "Uw wens",
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

const script = document.currentScript;
const settings = script.dataset;
const base = settings.server ? settings.server.replace(/\/?$/, "/") : new URL(".", script.src).href;
const post = (path, body, signal) => fetch(base + path, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
  credentials: "omit",
  signal,
});

// ---------------------------------------------------------------- building elements

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
const unseen = (text) => html("span", { class: "unseen" }, text);
const link = (address, label) => html(
  "a",
  { href: address.replace(/^(?!https:)/, "https://"), target: "_blank", rel: "noopener" },
  label,
  unseen(` ${TEXT.newTab}`),
);

/** Text with its web addresses as links: "https://epos-vlaanderen.be", "erasmusplus.nl". */
const linked = (text) => text
  .split(/((?:https:\/\/|(?<![\w@.-])(?=[\w.-]+\.(?:nl|be|eu)\b))[^\s()]*[^\s().,;:!?])/)
  .map((part, index) => index % 2 ? link(part, part.replace(/^https:\/\/(www\.)?/, "")) : part);

// ---------------------------------------------------------------- lengths of stay

const DAYS = { Y: 365, M: 30.4, W: 7, D: 1 };
const amounts = (length) => [...length.matchAll(/([\d.]+)([YMWD]?)/g)];
const days = (length) => amounts(length).reduce((sum, [, amount, unit]) => sum + amount * DAYS[unit], 0);
/** "P6W" → "6 weken", "P2M/P3M" → "2 tot 3 maanden". */
const words = (length) => length.replace(/(\w)(?=\/P[\d.]+\1$)/, "").split("/")
  .map((part) => amounts(part).map(([, amount, unit]) => amount.replace(".", ",")
    + (unit && ` ${TEXT.units[unit][amount < 2 ? 0 : 1]}`)).join(" ")).join(TEXT.to);

/** The allowed stay as a bar on a line from one day to two years, with the wanted stay as a sign
 * on it. The line is logarithmic: two days and twelve months must both be seen. */
function timeline(stay, wish) {
  const place = (length) => Math.min(97, Math.max(3, 3 + (94 * Math.log(days(length))) / Math.log(730)));
  const caption = (x, y, text, anchor = x < 18 ? "start" : x > 82 ? "end" : "middle") =>
    svg("text", { x: `${x}%`, y, "text-anchor": anchor }, text);
  const from = place(stay.min), to = place(stay.max), narrow = to - from < 30;
  const y = wish?.fits ? 24 : 2;
  const drawing = svg("svg", { class: "timeline", height: y + 38, "aria-hidden": true },
    svg("rect", { class: "line", y: y + 4, width: "100%", height: 4, rx: 2 }),
    svg("rect", { x: `${from}%`, y, width: `${to - from}%`, height: 12, rx: 6 }),
    caption(from, y + 32, words(stay.min), narrow && from > 30 ? "end" : undefined),
    caption(to, y + 32, words(stay.max), narrow && to < 70 ? "start" : undefined));
  if (wish?.fits) {
    const ends = wish.length.split("/").map(place), [start, end] = [ends[0], ends.at(-1)];
    const x = (start + end) / 2;
    drawing.append(caption(x, 12, words(wish.length)), svg("g", { class: wish.fits },
      svg("rect", { class: "range", x: `${start}%`, y: y + 3, width: `${end - start}%`, height: 6 }),
      svg("svg", { x: `${x}%`, y: y + 6 }, svg("circle", { r: 12 }),
        svg("path", { d: SHAPES[wish.fits], transform: "translate(-9 -9) scale(.75)" }))));
  }
  return drawing;
}

// ---------------------------------------------------------------- the result card

const answersOf = ({ custom }) => custom?.type === "answer" ? [custom, ...(custom.others ?? [])] : [];

/** Deals the paragraphs of a reply to its cards, but for those that a card shows by itself.
 * What comes before the first card's explanation stays outside: it is the first of the texts. */
function deal(text, answers) {
  const texts = [[], ...answers.map(() => [])];
  let card = 0;
  for (const paragraph of text.split("\n\n")) {
    if (paragraph === answers[card]?.explanation) card += 1;
    else if (!answers.some(({ next_step, source, conditions }) => paragraph === next_step
      || paragraph.includes(source.quote)
      || (conditions.length && conditions.every((condition) => paragraph.includes(condition)))))
      texts[card].push(paragraph);
  }
  return texts.map((paragraphs) => paragraphs.join("\n"));
}

function card(answer, text, level, useful, rate) {
  const { verdict, key_action, stay, requested_stay: wish, conditions, source } = answer;
  const length = wish && words(wish.length);
  const but = verdict !== "not_eligible" && TEXT.but[wish?.fits]?.(length);
  const [color, shape] = but ? ["depends", "but"]
    : { eligible: ["yes", "yes"], conditional: ["depends", "depends"] }[verdict] ?? ["no", "no"];
  const heading = (text) => html(`h${level + 1}`, {}, text);
  const row = (term, text) => html("div", {}, html("dt", {}, term), html("dd", {}, text));
  const thanks = html("span", { tabindex: -1 }, useful == null ? TEXT.useful : TEXT.thanks);
  const vote = (label, value) => button(label, ({ target }) => {
    rate(value);
    thanks.textContent = TEXT.thanks;
    thanks.focus();
    target.parentNode.replaceChildren(thanks);
  });
  return html("section", { class: `card ${color}` },
    html(`h${level}`, {}, html("span", { class: "disc" }, icon(shape)),
      TEXT.verdicts[verdict] + (but || (verdict === "eligible" ? TEXT.can : ""))),
    html("p", {}, linked(answer.explanation)),
    html("dl", {},
      key_action && row(TEXT.action, TEXT.actions[key_action]),
      stay && row(TEXT.stay, TEXT.limits(words(stay.min), words(stay.max))),
      wish && row(TEXT.wish, wish.fits ? `${length}: ${TEXT.fits[wish.fits]}` : length)),
    stay && timeline(stay, wish),
    text && html("p", {}, linked(text)),
    conditions.length && [heading(TEXT.conditions), html("ul", {}, conditions.map((text) => html("li", {}, linked(text))))],
    heading(TEXT.next), html("p", {}, linked(answer.next_step)),
    html("details", {},
      html("summary", {}, TEXT.why),
      [source.quote, source.stay_quote].map((quote) => quote && html("blockquote", {}, quote)),
      html("p", { class: "small" }, `${TEXT.source}: ${source.heading}, `,
        source.address ? link(source.address, source.title) : source.title),
      html("p", { class: "small" }, `${answer.edition_title}. ${TEXT.rule}: ${answer.rule}`)),
    html("div", { class: "vote", role: "group", "aria-label": TEXT.useful },
      thanks, useful == null && [vote(TEXT.yes, true), vote(TEXT.no, false)]));
}

// ---------------------------------------------------------------- the conversation

/** Lives in localStorage, so that it outlives a reload and all tabs share it.
 * `entries`: `{said, payload}` by the visitor, `{text, buttons, custom, useful}` by the bot;
 * `pending`: until when (epoch milliseconds) a reply is awaited; `failure`: why there is none. */
class Conversation {
  key = `erasmus-wegwijzer ${base}`;

  constructor() {
    this.clear();
    this.read();
  }

  clear() {
    // Not crypto.randomUUID, which browsers offer on https only.
    this.sender = crypto.getRandomValues(new Uint32Array(4)).join("-");
    this.entries = [];
    this.pending = 0;
    this.failure = null;
  }

  read() {
    try {
      Object.assign(this, JSON.parse(localStorage.getItem(this.key)));
    } catch { /* no storage: the conversation lives in this tab only */ }
  }

  save() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this));
    } catch { /* see read */ }
  }

  get waiting() {
    return this.pending > Date.now();
  }

  get unanswered() {
    return this.entries.at(-1)?.said && !this.waiting;
  }
}

/** The bot's reply as one entry; rejects with a key of `TEXT.failures`. */
async function ask(sender, message, signal) {
  let messages;
  try {
    const response = await post("webhooks/rest/webhook", { sender, message }, signal);
    messages = response.ok ? await response.json() : [];
  } catch {
    throw signal.aborted ? "timeout" : "connection";
  }
  if (!messages.length) throw "server";
  return {
    text: messages.map(({ text }) => text).filter(Boolean).join("\n\n"),
    buttons: messages.flatMap(({ buttons }) => buttons ?? []),
    custom: messages.find(({ custom }) => custom)?.custom,
  };
}

// ---------------------------------------------------------------- the element

const styles = fetch(`${base}widget.css`, { credentials: "omit" })
  .then((response) => response.ok ? response.text() : Promise.reject(response.status))
  .then((css) => new CSSStyleSheet().replace(css));

class ErasmusWegwijzer extends HTMLElement {
  #talk = new Conversation();
  #shown = { sender: null, count: 0 };
  #level;
  #log = html("div", { class: "log", role: "log", "aria-label": TEXT.log, tabindex: 0 });
  #status = html("p", { role: "status" });
  #alert = html("div", { role: "alert" });
  #field = html("textarea", {
    id: "message",
    rows: 1,
    "aria-describedby": "privacy",
    keydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
    },
  });
  #submitter = html("button", { class: "send" }, TEXT.send);
  #request;
  #timer;

  async connectedCallback() {
    // Without its style sheet (no connection, or a site that the bot does not allow) the element
    // leaves the page as it was.
    const sheet = await styles.catch(() => null);
    if (!sheet || this.shadowRoot) return;
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    this.lang = "nl";
    this.#level = this.hasAttribute("launcher") ? 2 : 1;
    this.style.setProperty("--accent", this.dataset.color || settings.color || "");
    this.#update(); // before it is shown: a conversation found again is not read aloud
    this.shadowRoot.append(this.#level === 1 ? this.#chat() : this.#launcher());
    this.#scroll();
    addEventListener("storage", ({ key }) => {
      if (key !== this.#talk.key) return;
      this.#talk.read();
      this.#update();
    });
    addEventListener("beforeprint", () => this.#unfold(true));
  }

  #launcher() {
    const dialog = html("dialog", {
      "aria-labelledby": "title",
      click: ({ target }) => target === dialog && dialog.close(),
    }, this.#chat(button(TEXT.close, () => dialog.close(), { class: "close" })));
    const open = () => {
      dialog.showModal();
      this.#field.focus();
      this.#scroll();
    };
    return html("div", { class: settings.position === "left" ? "left" : "right" },
      button(this.#title, open, { class: "launcher", "aria-haspopup": "dialog" }, icon("chat")),
      dialog);
  }

  get #title() {
    return this.dataset.title || settings.title || TEXT.title;
  }

  #chat(closer) {
    return html("div", { class: "chat" },
      html("header", {},
        html("div", {}, this.#heading(0, this.#title, { id: "title" }), html("p", {}, TEXT.subtitle)),
        html("div", { class: "tools" },
          button(TEXT.restart, () => this.#restart()),
          button(TEXT.copy, () => this.#copy()),
          button(TEXT.print, () => this.#print())),
        closer),
      this.#log, this.#status, this.#alert,
      html("form", { submit: (event) => this.#submit(event) },
        html("label", { for: "message" }, TEXT.label),
        this.#field, this.#submitter,
        html("p", { class: "small", id: "privacy" }, TEXT.privacy)));
  }

  #heading(depth, text, attributes) {
    return html(`h${this.#level + depth}`, attributes, text);
  }

  // -------------------------------------------------------------- showing

  /** Brings the page in line with the conversation, which another tab may have changed. */
  #update() {
    const { sender, entries, waiting, unanswered, failure, pending } = this.#talk;
    if (this.#shown.sender !== sender) {
      this.#log.replaceChildren(this.#welcome());
      this.#shown = { sender, count: 0 };
    }
    const fresh = entries.slice(this.#shown.count);
    if (fresh.length) this.#log.querySelectorAll(".choices").forEach((node) => node.remove());
    for (const entry of fresh) this.#log.append(...this.#entry(entry, this.#shown.count++));
    clearTimeout(this.#timer);
    if (waiting) this.#timer = setTimeout(() => this.#update(), pending - Date.now() + 100);
    this.#log.classList.toggle("waiting", waiting);
    this.#submitter.setAttribute("aria-disabled", waiting);
    this.#status.textContent = waiting ? TEXT.waiting : "";
    this.#alert.replaceChildren(...unanswered
      ? [html("p", {}, TEXT.failures[failure ?? "timeout"]), button(TEXT.retry, () => this.#retry())]
      : []);
    if (fresh.length) this.#scroll();
  }

  #welcome() {
    return html("div", { class: "welcome" },
      this.#heading(1, TEXT.welcome),
      html("p", {}, TEXT.invitation),
      this.#choices(TEXT.examples, TEXT.questions.map((title) => ({ title, payload: title }))));
  }

  #choices(label, buttons) {
    return html("div", { class: "choices", role: "group", "aria-label": label },
      html("p", { class: "small", "aria-hidden": true }, label),
      buttons.map(({ title, payload }) => button(title, () => {
        if (this.#say(title, payload)) this.#lastSaid.focus({ preventScroll: true });
      })));
  }

  #entry({ said, text, buttons, custom, useful }, index) {
    if (said) return [html("p", { class: "said", tabindex: -1 }, unseen(`${TEXT.visitor}: `), said)];
    const answers = answersOf({ custom });
    const [outside, ...texts] = deal(text, answers);
    const rate = (rule) => (value) => this.#rate(index, rule, value);
    return [
      outside && html("p", { class: "bubble" }, unseen(`${TEXT.bot}: `), linked(outside)),
      ...answers.map((answer, number) =>
        card(answer, texts[number], this.#level + 1, useful?.[answer.rule], rate(answer.rule))),
      index === this.#talk.entries.length - 1 && buttons.length && this.#choices(TEXT.choices, buttons),
    ].filter(Boolean);
  }

  get #lastSaid() {
    return [...this.#log.querySelectorAll(".said")].pop();
  }

  /** From the visitor's last words on, so that the start of a long reply stays in sight. */
  #scroll() {
    this.#lastSaid?.scrollIntoView({ container: "nearest" });
  }

  // -------------------------------------------------------------- doing

  #submit(event) {
    event.preventDefault();
    const text = this.#field.value.trim();
    if (!text || !this.#say(text)) return;
    this.#field.value = "";
    this.#field.focus();
  }

  /** Adds the visitor's words and sends them, unless a reply is awaited; tells whether it did. */
  #say(said, payload = said) {
    this.#talk.read();
    if (this.#talk.waiting) return false;
    this.#talk.entries.push({ said, payload });
    this.#send();
    return true;
  }

  #retry() {
    this.#talk.read();
    if (this.#talk.unanswered) this.#send();
    this.#field.focus();
  }

  /** Sends the visitor's last words and adds the reply, or the reason why there is none. */
  async #send() {
    const { sender, entries } = this.#talk;
    const request = this.#request = new AbortController();
    this.#talk.pending = Date.now() + PATIENCE;
    this.#talk.save();
    this.#update();
    const clock = setTimeout(() => request.abort(), PATIENCE);
    let reply, failure;
    try {
      reply = await ask(sender, entries.at(-1).payload, request.signal);
    } catch (reason) {
      failure = reason;
    }
    clearTimeout(clock);
    this.#talk.read();
    if (this.#talk.sender !== sender) return; // begun again meanwhile
    if (reply) this.#talk.entries.push(reply);
    Object.assign(this.#talk, { pending: 0, failure });
    this.#talk.save();
    this.#update();
  }

  #rate(index, rule, useful) {
    const entry = this.#talk.entries[index];
    entry.useful = { ...entry.useful, [rule]: useful };
    this.#talk.save();
    // A vote that gets lost must not disturb the conversation.
    post("api/feedback", { sender: this.#talk.sender, rule, useful }).catch(() => {});
  }

  #restart() {
    this.#request?.abort();
    this.#talk.clear();
    this.#talk.save();
    this.#update();
    this.#status.textContent = TEXT.cleared;
    this.#field.focus();
  }

  #unfold(open) {
    this.#log.querySelectorAll("details").forEach((node) => { node.open = open; });
  }

  async #copy() {
    this.#unfold(true);
    this.#log.classList.add("bare");
    const text = this.#log.innerText;
    this.#log.classList.remove("bare");
    this.#unfold(false);
    try {
      await navigator.clipboard.writeText(text);
      this.#status.textContent = TEXT.copied;
    } catch {
      this.#status.textContent = TEXT.notCopied;
    }
  }

  /** Prints the conversation alone, also where it lies over somebody else's page. */
  #print() {
    const alone = new CSSStyleSheet();
    alone.replaceSync("@media print { body > :not([launcher]) { display: none !important } }");
    const others = document.adoptedStyleSheets;
    if (this.#level === 2) document.adoptedStyleSheets = [...others, alone];
    print();
    document.adoptedStyleSheets = others;
  }
}

if (customElements.get("erasmus-wegwijzer")) return;
customElements.define("erasmus-wegwijzer", ErasmusWegwijzer);
const place = () => {
  if (!document.querySelector("erasmus-wegwijzer")) document.body.append(html("erasmus-wegwijzer", { launcher: "" }));
};
if (document.readyState === "loading") addEventListener("DOMContentLoaded", place);
else place();
})();
