/** What was given for keys and is none that can be used, with a message for people: lower case, no full stop, input in backticks. */
export class KeysError extends Error {}

/** What is said of a private key, in whatever form it was pasted. */
export const SECRET =
  'this is a private key: whoever has it can sign as its owner. Do not paste it anywhere, and replace it if it is in use; wanted is the public key';
