import { decodeUnverified } from 'claimgate';

/** Behind the gate: the token has been verified. */
export const POST = (request) => {
  const { claims } = decodeUnverified(request.headers.get('authorization').replace(/^bearer +/i, ''));
  return Response.json({ deployed: claims.repository });
};
