// Seals a bid in the bidder's own browser, exactly as `verbund bid seal` does: HPKE (RFC 9180, base mode) with
// X25519, HKDF-SHA256 and AES-256-GCM. Only the closed envelope leaves this machine.
const text = new TextEncoder();
const MAGIC = join(text.encode("VERBUND-BID"), [1]);
const BUCKET = 4096; // contents are filled up to whole buckets, so that the size says little
const KEM = join(text.encode("KEM"), [0, 0x20]);
const HPKE = join(text.encode("HPKE"), [0, 0x20, 0, 1, 0, 2]);

export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

function number(value, width) {
  return Uint8Array.from({ length: width }, (_, place) => Math.floor(value / 256 ** (width - 1 - place)) % 256);
}

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

async function hmac(key, bytes) {
  const made = await crypto.subtle.importKey("raw", key.length ? key : new Uint8Array(32), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", made, bytes));
}

function extract(suite, salt, label, secret) {
  return hmac(salt, join(text.encode("HPKE-v1"), suite, text.encode(label), secret));
}

async function expand(suite, secret, label, info, length) {
  // One block of HKDF suffices: nothing here is longer than 32 bytes.
  return (await hmac(secret, join(number(length, 2), text.encode("HPKE-v1"), suite, text.encode(label), info, [1]))).slice(0, length);
}

async function encapsulate(publicKey) {
  const pair = await crypto.subtle.generateKey({ name: "X25519" }, false, ["deriveBits"]);
  const recipient = await crypto.subtle.importKey("raw", publicKey, { name: "X25519" }, false, []);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: recipient }, pair.privateKey, 256));
  const sent = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const secret = await extract(KEM, [], "eae_prk", shared);
  return { sent, secret: await expand(KEM, secret, "shared_secret", join(sent, publicKey), 32) };
}

async function encrypt(content, publicKey, info) {
  const { sent, secret } = await encapsulate(publicKey);
  const context = join([0], await extract(HPKE, [], "psk_id_hash", []), await extract(HPKE, [], "info_hash", info));
  const scheduled = await extract(HPKE, secret, "secret", []);
  const key = await crypto.subtle.importKey("raw", await expand(HPKE, scheduled, "key", context, 32), "AES-GCM", false, ["encrypt"]);
  const nonce = await expand(HPKE, scheduled, "base_nonce", context, 12);
  return join(sent, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, content)));
}

export async function keyPrint(publicKey) {
  return hex(await sha256(join(text.encode("Verbund key\n"), publicKey))).slice(0, 32).match(/.{4}/g).join(" ");
}

export async function seal(content, { tender, version, reference, publicKey }) {
  // The names stand in the order of the alphabet, as the opening expects them.
  const label = { key: await keyPrint(publicKey), lot: "", reference, tender, version };
  const head = text.encode(JSON.stringify(label));
  const whole = join(number(content.length, 8), content);
  const filled = join(whole, new Uint8Array((BUCKET - (whole.length % BUCKET)) % BUCKET));
  return join(MAGIC, number(head.length, 4), head, await encrypt(filled, publicKey, join(MAGIC, head)));
}

export async function isAble() {
  try {
    await crypto.subtle.generateKey({ name: "X25519" }, false, ["deriveBits"]);
    return true;
  } catch {
    return false;
  }
}

export function show(form, name, words) {
  const place = form.querySelector(`[data-seal="${name}"]`);
  place.hidden = false;
  const slot = place.querySelector("output");
  if (slot && words !== undefined) slot.textContent = words;
}

export function keyOf(form) {
  return Uint8Array.from(atob(form.dataset.key), (letter) => letter.charCodeAt(0));
}

export function labelOf(form) {
  return { tender: form.dataset.tender, version: Number(form.dataset.version), reference: form.dataset.reference, publicKey: keyOf(form) };
}

// Puts the closed envelope into the form that is sent.
export function hold(envelope, form, sent) {
  const held = new DataTransfer();
  held.items.add(new File([envelope], `${form.dataset.reference}.vbid`));
  sent.querySelector("input[type=file]").files = held.files;
}

async function sealChosen(form, sent) {
  const file = form.querySelector("input[type=file]").files[0];
  if (!file) return show(form, "missing");
  const envelope = await seal(new Uint8Array(await file.arrayBuffer()), labelOf(form));
  hold(envelope, form, sent);
  show(form, "hash", hex(await sha256(envelope)));
  form.querySelector('[data-seal="missing"]').hidden = true;
  sent.querySelector("button[type=submit]").focus();
}

async function begin(form) {
  if (!(await isAble())) return show(form, "unable");
  const sent = document.getElementById("envelope");
  show(form, "able", await keyPrint(keyOf(form)));
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // the open price sheet never leaves this machine
    sealChosen(form, sent).catch(() => show(form, "unable"));
  });
}

const form = document.getElementById("seal");
if (form) begin(form);
