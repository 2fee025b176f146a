/* What the pages of the helpdesk share: building elements, asking the API, words for lengths. */

const maker = (namespace) => (tag, attributes = {}, ...children) => {
  const node = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value != null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false && child !== ""));
  return node;
};
export const html = maker("http://www.w3.org/1999/xhtml");
const svg = maker("http://www.w3.org/2000/svg");
export const byId = (id) => document.getElementById(id);

/** The JSON answer of the API; rejects with an `Error` whose message is Dutch. */
export async function api(path, body) {
  let response;
  try {
    response = await fetch(path, body === undefined ? {} : {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("Er is geen verbinding met de bot. Probeer het opnieuw.");
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status === 401 && path !== "/api/login") location.reload();
  throw new Error(answer.error ?? "Er ging iets mis. Probeer het opnieuw.");
}

/** Runs a task and shows what went wrong under `#fault`. */
export async function attempt(task) {
  const fault = byId("fault");
  fault.textContent = "";
  try {
    return await task();
  } catch (error) {
    fault.textContent = error.message;
    return undefined;
  }
}

// ------------------------------------------------------------------ words

export class Words {
  constructor({ facts, values, today }) {
    Object.assign(this, { facts, values, today });
  }

  /** The Dutch name of a value: `of("verdict", "eligible")`. */
  of(name, value) {
    return this.values[name]?.find((choice) => choice.value === value)?.label ?? value;
  }
}

export const words = async () => new Words(await api("/api/vocabulary"));

const UNITS = { Y: ["jaar", "jaar"], M: ["maand", "maanden"], W: ["week", "weken"], D: ["dag", "dagen"] };
const DAYS = { Y: 365, M: 30.4, W: 7, D: 1 };
const amounts = (length) => [...length.matchAll(/([\d.]+)([YMWD])/g)];
const days = (length) => amounts(length).reduce((sum, [, amount, unit]) => sum + amount * DAYS[unit], 0);

/** "P6W" → "6 weken", "P2M/P3M" → "2 maanden tot 3 maanden". */
export const inWords = (length) => length.split("/").map((part) => amounts(part)
  .map(([, amount, unit]) => `${amount.replace(".", ",")} ${UNITS[unit][amount < 2 ? 0 : 1]}`)
  .join(" en ")).join(" tot ");

// ------------------------------------------------------------------ signs and lines

const SHAPES = { yes: "M5 13l4.5 4.5L19 8", no: "M7 7l10 10M17 7L7 17", depends: "M9 9a3 3 0 1 1 4.7 2.5c-1 .7-1.7 1.3-1.7 2.5M12 18v.01" };
const SIGNS = { eligible: "yes", conditional: "depends", not_eligible: "no" };

export const signOf = (verdict) => SIGNS[verdict] ?? "depends";

export const icon = (sign) =>
  svg("svg", { viewBox: "0 0 24 24", class: `icon ${sign}`, "aria-hidden": "true" }, svg("path", { d: SHAPES[sign] }));

/** Allowed stays as bars under each other, on one line from a day to two years; `wish` is a mark.
 * The line is logarithmic, because two days and twelve months must both be seen. */
export function timeline(bars, wish) {
  const place = (length) => 4 + (92 * Math.log(Math.max(1, Math.min(730, days(length))))) / Math.log(730);
  const text = (x, y, words) => svg("text", {
    x: `${x}%`, y, "text-anchor": x < 15 ? "start" : x > 85 ? "end" : "middle",
  }, words);
  const top = wish ? 30 : 6;
  const height = top + bars.length * 36;
  const drawing = svg("svg", { class: "timeline", width: "100%", height, "aria-hidden": "true" });
  bars.forEach(({ min, max }, index) => {
    const y = top + index * 36;
    const from = place(min), to = place(max);
    const close = to - from < 26;
    drawing.append(
      svg("rect", { class: "axis", x: "0", y: y + 4, width: "100%", height: 2 }),
      svg("rect", { class: "bar", x: `${from}%`, y, width: `${Math.max(1, to - from)}%`, height: 10, rx: 5 }),
      close ? text((from + to) / 2, y + 25, `${inWords(min)} – ${inWords(max)}`) : text(from, y + 25, inWords(min)),
    );
    if (!close) drawing.append(text(to, y + 25, inWords(max)));
  });
  if (wish) {
    const ends = wish.length.split("/").map(place);
    const [from, to] = [ends[0], ends.at(-1)];
    drawing.append(
      text((from + to) / 2, 12, inWords(wish.length)),
      svg("rect", { class: `wish ${wish.fits ?? ""}`, x: `${from}%`, y: 18, width: to > from ? `${to - from}%` : 3, height: height - 38 }),
    );
  }
  return drawing;
}

byId("logout")?.addEventListener("click", () => attempt(async () => {
  await api("/api/logout", {});
  location.reload();
}));
