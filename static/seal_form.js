// Checks a bid as it is typed and seals it in the bidder's own browser, like the server's form would: nothing of it
// leaves this machine but the closed envelope. Amounts are whole numbers throughout, never floating ones.
import { hex, hold, isAble, keyPrint, keyOf, labelOf, seal, sha256, show } from "./seal.js";

const GROUPED = /^\d{1,3}(\.\d{3})+(,\d+)?$/;
const PLAIN = /^(\d+(,\d*)?|,\d+)$/;
const EITHER = /^[1-9]\d{0,2}\.\d{3}$/; // 1.234 may be a thousand or a little more than one
const MOST = 10 ** 10;
const COMBINATION = /^(\d+(?:\s*\+\s*\d+)+)\s*[:=]\s*([\d.,]+)\s*(%|€)$/;

class Unreadable extends Error {}

// Returns a German number as digits with a point, or null for an empty field; what can be read in two ways is refused.
function readNumber(typed, { places = 4, most = MOST } = {}) {
  const bare = typed.replace(/[€%\s]/g, "");
  if (!bare) return null;
  if (EITHER.test(bare) || !(GROUPED.test(bare) || PLAIN.test(bare))) throw new Unreadable(typed);
  const [whole, rest] = bare.replaceAll(".", "").split(",");
  const decimals = (rest ?? "").replace(/0+$/, "");
  if (decimals.length > places || Number(whole) > most || (Number(whole) === most && decimals)) throw new Unreadable(typed);
  return `${whole || "0"}${decimals && "."}${decimals}`;
}

function scaled(digits, places) {
  const [whole, rest = ""] = digits.split(".");
  return BigInt(whole + rest.padEnd(places, "0"));
}

function lineCents(price, quantity) {
  const step = 10n ** 8n; // four places of the price, six of the quantity, two of the result; rounded half up
  return (scaled(price, 4) * scaled(quantity, 6) + step / 2n) / step;
}

function euros(cents) {
  const digits = cents.toString().padStart(3, "0");
  return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ".")},${digits.slice(-2)} €`;
}

function inOrder(lots) {
  return [...new Set(lots)].sort((one, other) => one - other);
}

function readCombination(line, known) {
  const parts = COMBINATION.exec(line.trim());
  const lots = parts ? inOrder(parts[1].split("+").map(Number)) : [];
  const isAnnounced = !known.combinations.length || known.combinations.some((group) => String(inOrder(group)) === String(lots));
  if (lots.length < 2 || !isAnnounced || !lots.every((lot) => known.lots.includes(lot))) throw new Unreadable(line);
  const percent = parts[3] === "%";
  const figure = readNumber(parts[2], percent ? { places: 2, most: 100 } : { places: 2 });
  return { lots, price: percent ? null : figure, discount_percent: percent ? figure : null };
}

// Everything that was typed, as the opening reads it, and what speaks against handing it in.
class Typed {
  constructor(form) {
    this.form = form;
    this.known = JSON.parse(form.dataset.bid);
    this.faults = [];
    this.hints = [];
  }

  text(name) {
    return this.form.elements[name]?.value.trim() ?? "";
  }

  say(list, sentence, place) {
    list.push(this.form.dataset[sentence].replace("{place}", place));
  }

  figure(name, place, limits) {
    try {
      return readNumber(this.text(name), limits);
    } catch (broken) {
      if (!(broken instanceof Unreadable)) throw broken;
      this.say(this.faults, "unreadable", `${place} („${broken.message.trim()}“)`);
      return null;
    }
  }

  labelled(name, limits) {
    return this.figure(name, this.form.querySelector(`label[for="${this.form.elements[name]?.id}"]`)?.firstChild.textContent.trim() ?? name, limits);
  }

  lines() {
    const priced = this.known.positions.map(({ id, lot, essential, ...asked }) => {
      const unitPrice = this.figure(`price-${id}`, asked.number);
      const rate = this.figure(`vat-${id}`, asked.number, { most: 100 });
      return { ...asked, lot, essential, unit_price: unitPrice, stated_total: null, vat_percent: rate ?? "19" };
    });
    const bidFor = new Set(priced.filter((line) => line.unit_price !== null).map((line) => line.lot));
    for (const line of priced.filter((one) => bidFor.has(one.lot))) {
      if (line.unit_price === null) this.say(this.hints, line.essential ? "missing" : "open", line.number);
      else if (!Number(line.unit_price)) this.say(this.hints, "zero", line.number);
    }
    if (!bidFor.size) this.say(this.faults, "nothing", "");
    this.cents = priced.reduce((sum, line) => (line.unit_price === null ? sum : sum + lineCents(line.unit_price, line.quantity)), 0n);
    return priced.map(({ lot: _lot, essential: _essential, ...line }) => line);
  }

  combinations() {
    const found = [];
    for (const line of this.text("combinations").split("\n").filter((one) => one.trim())) {
      try {
        found.push(readCombination(line, this.known));
      } catch (broken) {
        if (!(broken instanceof Unreadable)) throw broken;
        this.say(this.faults, "unreadable", `„${line.trim()}“`);
      }
    }
    return found;
  }

  content() {
    const percent = { most: 100 };
    const amounts = this.known.places.map(([key, name]) => [key, this.figure(`delivery-${key}`, name, { places: 2 })]);
    if (!this.text("address")) this.say(this.faults, "address", "");
    if (this.known.variant && !this.text("remark")) this.say(this.faults, "unexplained", "");
    return {
      format: 1,
      bidder: this.known.bidder,
      address: this.text("address"),
      contact: this.text("contact"),
      is_discount_in_place: true,
      skonto_days: Number(this.labelled("skonto_days", { places: 0, most: 365 })) || null,
      remark: this.text("remark"),
      stated_sum: null,
      discount_percent: this.labelled("discount", percent) ?? "0",
      skonto_percent: this.labelled("skonto", percent) ?? "0",
      minimum_value: this.labelled("minimum_value", { places: 2 }),
      subcontract_percent: this.labelled("subcontract", percent) ?? "0",
      lines: this.lines(),
      delivery: Object.fromEntries(amounts.filter(([, amount]) => Number(amount))),
      combinations: this.combinations(),
      declarations: Object.fromEntries(this.known.declarations.map((name) => [name, this.form.elements[name].checked])),
      statements: Object.fromEntries(this.known.criteria.map(([id, name]) => [name, this.text(`statement-${id}`)])),
    };
  }
}

function list(form, name, sentences) {
  const place = form.querySelector(`[data-seal="${name}"]`);
  place.hidden = !sentences.length;
  place.querySelector("ul").replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
  return place;
}

async function sealTyped(form, envelopePart) {
  const typed = new Typed(form);
  const content = typed.content();
  const faults = list(form, "faults", typed.faults);
  list(form, "hints", typed.hints);
  if (typed.faults.length) return faults.focus();
  const plain = new TextEncoder().encode(JSON.stringify(content));
  const envelope = await seal(plain, labelOf(form));
  hold(envelope, form, envelopePart);
  show(envelopePart, "sum", euros(typed.cents));
  show(envelopePart, "hash", hex(await sha256(envelope)));
  envelopePart.querySelector("a[download]").href = URL.createObjectURL(new Blob([plain], { type: "application/json" }));
  envelopePart.hidden = false;
  envelopePart.querySelector("h2").focus();
}

async function begin(form) {
  const envelopePart = document.getElementById("sealed");
  if (!(await isAble())) return show(form, "unable");
  show(form, "able", await keyPrint(keyOf(form)));
  form.addEventListener("input", () => (envelopePart.hidden = true)); // what was sealed before is not what stands there now
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sealTyped(form, envelopePart).catch(() => show(form, "unable"));
  });
}

const form = document.getElementById("typed");
if (form) begin(form);
