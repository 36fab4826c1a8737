import { acknowledge } from './acknowledge.ts';
import { agree } from './agree.ts';
import { certifyConnector } from './certify-connector.ts';
import { check } from './check.ts';
import type { Command } from './command.ts';
import { deploy } from './deploy.ts';
import { fix } from './fix.ts';
import { helpOn } from './help.ts';
import { hold } from './hold.ts';
import { merge } from './merge.ts';
import { ready } from './ready.ts';
import { share } from './share.ts';
import { transfer } from './transfer.ts';
import { unhold } from './unhold.ts';
import { verify } from './verify.ts';
import { why } from './why.ts';
import { withdraw } from './withdraw.ts';

/** Every command, in the order of `/help`. */
export const commands: readonly Command[] = [
  check,
  agree,
  acknowledge,
  fix,
  hold,
  unhold,
  verify,
  transfer,
  share,
  certifyConnector,
  merge,
  ready,
  deploy,
  withdraw,
  why,
  helpOn(() => commands),
];
