import 'reflect-metadata';
import { Catch, Controller, Injectable, Module, Post, Req, UseFilters, UseGuards } from '@nestjs/common';
import type { ArgumentsHost, CanActivate, ExceptionFilter, ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GuardError, createGuard, type NodeRequest } from 'claimgate';
import policy from './policy.json' with { type: 'json' };

const guard = createGuard({ policy, role: 'deploy-production' });

@Injectable()
class JobGuard implements CanActivate {
  async canActivate(context: ExecutionContext) {
    const request = context.switchToHttp().getRequest<NodeRequest>();
    request.job = await guard(request);
    return true;
  }
}

/** By itself Nest answers with the status and the message of the error, without its headers, and logs it. */
@Catch(GuardError)
class GuardErrorFilter implements ExceptionFilter {
  catch({ status, headers, problem }: GuardError, host: ArgumentsHost) {
    host.switchToHttp().getResponse().status(status).set(headers).send(problem); // Express; in Fastify `headers` instead of `set`
  }
}

@Controller()
@UseGuards(JobGuard)
@UseFilters(GuardErrorFilter)
class DeployController {
  @Post()
  deploy(@Req() request: any) {
    return { deployed: request.job.claims.repository };
  }
}

@Module({ controllers: [DeployController] })
class AppModule {}

const app = await NestFactory.create(AppModule);
await app.listen(process.env.PORT ?? 8787, '127.0.0.1');
