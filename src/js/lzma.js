// Probabilities start even, of 2^11; each bit moves its own by a 32nd. The adaptive models stand one after the other.
const EVEN = 1 << 10;
const IS_MATCH = 0;
const IS_REP = 12;
const IS_REP_G0 = 24;
const IS_REP_G1 = 36;
const IS_REP_G2 = 48;
const IS_REP0_LONG = 60;
const LENGTH = 72;
const REP_LENGTH = LENGTH + 274;
const SLOT = REP_LENGTH + 274;
const DISTANCE = SLOT + 4 * 64;
const ALIGN = DISTANCE + 115;
const LITERAL = ALIGN + 16;
const MODELS = LITERAL + (0x300 << 3);

/**
 * Unpacks a raw LZMA stream (the LZMA specification of the LZMA SDK) with lc = 3 and lp = pb = 0, and without an end marker. It is
 * for the package's own module: what is no such stream yields nonsense of the right size.
 *
 * @param {Uint8Array} input
 * @param {number} size bytes of the result
 */
export function unpackLzma(input, size) {
  const output = new Uint8Array(size);
  const models = new Uint16Array(MODELS).fill(EVEN);
  // The coder's range and code, where no engine has to box them.
  const coder = new Uint32Array([0xffff_ffff, new DataView(input.buffer, input.byteOffset).getUint32(1)]);
  let next = 5;

  const narrow = (/** @type {number} */ range, /** @type {number} */ code) => {
    const isShort = range < 2 ** 24;
    coder[0] = isShort ? range << 8 : range;
    coder[1] = isShort ? (code << 8) | /** @type {number} */ (input[next]) : code;
    next += Number(isShort);
  };
  const bit = (/** @type {number} */ model) => {
    const range = /** @type {number} */ (coder[0]);
    const code = /** @type {number} */ (coder[1]);
    const even = /** @type {number} */ (models[model]);
    const bound = (range >>> 11) * even;
    if (code < bound) {
      models[model] = even + ((2048 - even) >> 5);
      narrow(bound, code);
      return 0;
    }
    models[model] = even - (even >> 5);
    narrow(range - bound, code - bound);
    return 1;
  };
  const tree = (/** @type {number} */ model, /** @type {number} */ bits) => {
    let node = 1;
    while (node < 1 << bits) node = (node << 1) | bit(model + node);
    return node - (1 << bits);
  };
  const reversed = (/** @type {number} */ model, /** @type {number} */ bits) => {
    let node = 1;
    let value = 0;
    for (let index = 0; index < bits; index += 1) {
      const found = bit(model + node);
      node = (node << 1) | found;
      value |= found << index;
    }
    return value;
  };
  const direct = (/** @type {number} */ bits) => {
    let value = 0;
    for (let index = 0; index < bits; index += 1) {
      const half = /** @type {number} */ (coder[0]) >>> 1;
      const code = /** @type {number} */ (coder[1]);
      value = (value << 1) | Number(code >= half);
      narrow(half, code >= half ? code - half : code);
    }
    return value;
  };
  const length = (/** @type {number} */ model) => {
    if (!bit(model)) return 2 + tree(model + 2, 3);
    return bit(model + 1) ? 18 + tree(model + 18, 8) : 10 + tree(model + 10, 3);
  };
  const distance = (/** @type {number} */ matched) => {
    const slot = tree(SLOT + 64 * Math.min(matched - 2, 3), 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) << bits;
    if (slot < 14) return base + reversed(DISTANCE + base - slot, bits);
    return base + (direct(bits - 4) << 4) + reversed(ALIGN, 4);
  };

  let state = 0;
  let [rep0, rep1, rep2, rep3] = [0, 0, 0, 0];
  for (let at = 0; at < size; ) {
    if (!bit(IS_MATCH + state)) {
      const model = LITERAL + 0x300 * (at === 0 ? 0 : /** @type {number} */ (output[at - 1]) >> 5);
      let symbol = 1;
      if (state >= 7) {
        let byte = /** @type {number} */ (output[at - rep0 - 1]);
        for (let agrees = true; agrees && symbol < 0x100; byte <<= 1) {
          const expected = (byte >> 7) & 1;
          const found = bit(model + 0x100 + (expected << 8) + symbol);
          symbol = (symbol << 1) | found;
          agrees = found === expected;
        }
      }
      while (symbol < 0x100) symbol = (symbol << 1) | bit(model + symbol);
      output[at] = symbol;
      at += 1;
      state = state < 4 ? 0 : state - (state < 10 ? 3 : 6);
      continue;
    }
    let matched = 1;
    if (!bit(IS_REP + state)) {
      matched = length(LENGTH);
      rep3 = rep2;
      rep2 = rep1;
      rep1 = rep0;
      rep0 = distance(matched);
      state = state < 7 ? 7 : 10;
    } else {
      let isLong = true;
      if (!bit(IS_REP_G0 + state)) {
        isLong = bit(IS_REP0_LONG + state) === 1;
      } else {
        let found = rep1;
        if (bit(IS_REP_G1 + state)) {
          found = rep2;
          if (bit(IS_REP_G2 + state)) {
            found = rep3;
            rep3 = rep2;
          }
          rep2 = rep1;
        }
        rep1 = rep0;
        rep0 = found;
      }
      if (isLong) matched = length(REP_LENGTH);
      state = (state < 7 ? 8 : 11) + (isLong || state >= 7 ? 0 : 1);
    }
    for (const end = at + matched; at < end; at += 1) output[at] = /** @type {number} */ (output[at - rep0 - 1]);
  }
  return output;
}
