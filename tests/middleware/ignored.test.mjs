// E1: hooks that ignore what the guard returns, or return something that their framework ignores or misreads. A request without a token
// must not reach the handler behind them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Controller, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createGuard } from 'claimgate';
import { Elysia } from 'elysia';
import express from 'express';
import Fastify from 'fastify';
import { H3, serve } from 'h3';
import { Hono } from 'hono';
import Koa from 'koa';
import 'reflect-metadata';
import { SAMPLE, jwks, signToken } from '../lib/tokens.mjs';

const POLICY = { version: 1, audience: SAMPLE.aud, issuers: { github: { kind: 'github' } }, roles: { deploy: { issuer: 'github', allow: [{ repository_id: '74' }] } } };
const guard = createGuard({ policy: POLICY, keys: { github: jwks('rsa') }, role: 'deploy' });
const LOOPBACK = '127.0.0.1';

/** Each starts a server whose handler calls `handled`, behind a hook that only awaits the guard; it resolves with what fetches and ends it. */
const FRAMEWORKS = {
  async 'a hook of Fastify'(handled) {
    const app = Fastify();
    app.addHook('onRequest', async (request) => {
      await guard(request);
    });
    app.post('/', handled);
    const url = await app.listen({ host: LOOPBACK, port: 0 });
    return { ask: (headers) => fetch(url, { method: 'POST', headers }), close: () => app.close() };
  },

  async '`resolve` of Elysia'(handled) {
    const app = new Elysia().resolve(async ({ request }) => ({ ignored: await guard(request) })).post('/', handled);
    return { ask: (headers) => app.handle(new Request('http://localhost/', { method: 'POST', headers })), close() {} };
  },

  // Nest's answer has no headers, which is why the example has a filter.
  async '`canActivate` of Nest'(handled) {
    class JobGuard {
      async canActivate(context) {
        await guard(context.switchToHttp().getRequest());
        return {};
      }
    }
    class DeployController {
      deploy() {
        return handled();
      }
    }
    const { prototype } = DeployController;
    Post()(prototype, 'deploy', Object.getOwnPropertyDescriptor(prototype, 'deploy'));
    UseGuards(JobGuard)(DeployController);
    Controller()(DeployController);
    class AppModule {}
    Module({ controllers: [DeployController] })(AppModule);
    const app = await NestFactory.create(AppModule, { logger: false });
    await app.listen(0, LOOPBACK);
    const url = await app.getUrl();
    return { ask: (headers) => fetch(url, { method: 'POST', headers }), close: () => app.close(), hasHeaders: false };
  },

  async 'a middleware of Express'(handled) {
    const app = express();
    // Express prints errors, but not in tests.
    app.set('env', 'test');
    app.use((request, response, next) => guard(request).then(() => next(), next));
    app.post('/', (request, response) => response.json(handled()));
    return listen(app.listen(0, LOOPBACK));
  },

  async 'a middleware of Koa'(handled) {
    const app = new Koa();
    app.use(async (context, next) => {
      await guard(context);
      await next();
    });
    app.use((context) => {
      context.body = handled();
    });
    return listen(app.listen(0, LOOPBACK));
  },

  async 'a middleware of Hono'(handled) {
    const app = new Hono();
    app.use(async (context, next) => {
      await guard(context.req);
      await next();
    });
    app.post('/', (context) => context.json(handled()));
    return { ask: (headers) => app.request('/', { method: 'POST', headers }), close() {} };
  },

  async 'a middleware of h3'(handled) {
    const app = new H3({ silent: true });
    app.use(async (event) => {
      await guard(event);
    });
    app.post('/', handled);
    const server = serve(app, { hostname: LOOPBACK, port: 0, silent: true });
    await server.ready();
    return { ask: (headers) => fetch(server.url, { method: 'POST', headers }), close: () => server.close(true) };
  },
};

async function listen(server) {
  await once(server, 'listening');
  const url = `http://${LOOPBACK}:${server.address().port}/`;
  return {
    ask: (headers) => fetch(url, { method: 'POST', headers }),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

for (const [name, start] of Object.entries(FRAMEWORKS)) {
  test(`${name} that ignores the job denies a request without a token`, async () => {
    let count = 0;
    const { ask, close, hasHeaders = true } = await start(() => ({ handled: ++count }));
    try {
      const denied = await ask({});
      assert.deepEqual([denied.status, count], [401, 0], await denied.text());
      if (hasHeaders) assert.deepEqual([denied.headers.get('www-authenticate'), denied.headers.get('cache-control')], ['Bearer', 'no-store']);
      const now = Math.floor(Date.now() / 1000);
      const authorization = `Bearer ${signToken({ ...SAMPLE, iat: now, nbf: now, exp: now + 300 })}`;
      assert.ok((await ask({ authorization })).ok);
      assert.equal(count, 1);
    } finally {
      await close();
    }
  });
}
