/** What signs, by its `alg`. */
export const ALGORITHMS = Object.freeze(/** @type {const} */ (['EdDSA', 'ES256']));

const FILE_NOTE = 'Without a FILE, or with `-`, the document is read from standard input.';

const EXITS = Object.freeze({
  0: 'done',
  2: 'the command line is wrong, or the document, or a file cannot be read or written; no message repeats a key',
  70: 'internal error',
});

const OUT = Object.freeze({ value: 'FILE', values: /** @type {const} */ ('file'), help: 'write the document to a new file that no other user can read (mode 0600)' });

/** @type {import('../grammar.js').Command} */
const NEW = {
  summary: 'make a document of keys',
  usage: ['[options]'],
  about: ['Makes a document of two private keys: `current`, which signs, and `next`, which takes its place.'],
  options: {
    options: {
      alg: { value: 'ALG', values: ALGORITHMS, help: 'EdDSA (Ed25519, the default) or ES256 (P-256)' },
      out: OUT,
    },
  },
  exits: EXITS,
};

/** @type {import('../grammar.js').Command} */
const ROTATE = {
  summary: 'make `next` the key that signs, and a new `next`',
  usage: ['[options] [FILE]'],
  about: [
    'Makes `next` the `current` key, and a new key `next`. The old `current` is published for one more day, and retired keys whose `exp` has passed are dropped.',
    'Leave a day between two rotations: a document without `next`, or one that is rotated again at once, signs with a key that verifiers may not know yet.',
  ],
  most: 1,
  values: 'file',
  options: {
    options: {
      alg: { value: 'ALG', values: ALGORITHMS, help: 'of the new key: EdDSA or ES256. Default: that of the key that becomes `current`' },
      out: OUT,
      'in-place': { help: 'replace FILE, as a whole. `rotate FILE > FILE` would not do: a shell empties FILE before it is read' },
    },
  },
  notes: [FILE_NOTE],
  exits: EXITS,
};

/** @type {import('../grammar.js').Command} */
const PUBLIC = {
  summary: 'show the public keys, which are published',
  usage: ['[FILE]'],
  about: ['Prints the JWK Set that is published. Nothing in it is secret.'],
  most: 1,
  values: 'file',
  notes: [FILE_NOTE],
  exits: EXITS,
};

/** @type {import('../grammar.js').Command} */
export const KEYS = {
  summary: 'make, rotate and show the keys that sign access tokens',
  usage: ['<command> [options]'],
  about: [
    'The keys that sign access tokens, in one document, which is kept as a secret of the platform: { "current": PRIVATE JWK, "next": PRIVATE JWK, "retired": [ PUBLIC JWK with `exp`, … ] }',
    '`current` signs. `next` is published beforehand, so that every verifier knows it when its turn comes. Of a retired key only the public part is published, until `exp` (seconds since 1970).',
  ],
  commands: { new: NEW, rotate: ROTATE, public: PUBLIC },
};
