import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect } from 'vitest';
import { answerGet } from '../../src/app/answer-requests.ts';
import { createPortal } from '../../src/portal/portal.ts';
import type { NewRide, NewRideEvent, RideEventDetail } from '../../src/release/ride.ts';
import { defaultSettings } from '../../src/settings/defaults.ts';
import { Store } from '../../src/store/store.ts';
import { modelTrain } from '../release/settings.ts';
import { temporaryFolders } from '../store/temporary-folders.ts';
import { expectDescribed } from './described.ts';

const { newDatabase } = temporaryFolders();
const scenes: PortalScene[] = [];
afterEach(async () => {
  await Promise.all(scenes.splice(0).map((scene) => scene.close()));
});

export const repository = 'contoso/connectors';

/** Fields of answers that tests look at. Each answer has some of them. */
interface AnswerJson {
  code: string;
  detail: string;
  instance: string;
  invalid: { name: string; reason: string }[];
  hasMore: boolean;
  nextToken?: string;
  list: AnswerJson[];
  id: string;
  position?: number;
  departure: { departsOn: string; scheduledOn: string };
  rings: object[];
  rides: AnswerJson[];
  stops: { estimate?: object }[];
  freeze?: object;
  openapi: string;
  components: { schemas: Record<string, object> };
}

/** What the server answered. */
export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The text as JSON, if it is JSON. */
  json: AnswerJson;
}

/** A portal that answers over HTTP from a store, at a time that the test sets. */
export class PortalScene {
  readonly store: Store;
  /** The calls of the portal to the store, which are its queries. */
  readonly queries: string[] = [];
  now = '2026-11-18T12:00:00.000Z';
  readonly errors: unknown[] = [];
  /** Of all answers. */
  readonly statuses: number[] = [];
  readonly #server;

  constructor(store: Store, proxies: number) {
    this.store = store;
    const { queries } = this;
    const counted = new Proxy(store, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => {
          queries.push(String(name));
          return Reflect.apply(member, target, args);
        };
      },
    });
    const portal = createPortal({
      store: counted,
      clock: () => new Date(this.now),
      version: '0.0.0',
      github: 'https://github.com',
      proxies,
      onError: (error) => this.errors.push(error),
    });
    this.#server = createServer((incoming, response) => {
      response.once('finish', () => this.statuses.push(response.statusCode));
      void answerGet(incoming, response, {}, portal);
    });
  }

  /** @param proxies see `GATEHOUSE_PROXIES` */
  static async open(proxies = 0): Promise<PortalScene> {
    const store = await Store.open({
      url: undefined,
      folder: newDatabase(),
      lease: 10,
      onQueueError: (error) => expect.fail(error.message),
    });
    const scene = new PortalScene(store, proxies);
    scenes.push(scene);
    scene.#server.listen(0, '127.0.0.1');
    await once(scene.#server, 'listening');
    return scene;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
    await this.store.close(1);
  }

  /** Without a slash at the end. */
  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Time passes, at least until the portal reads the repositories again. */
  pass(now = new Date(Date.parse(this.now) + 10_000).toISOString()): void {
    this.now = now;
  }

  /** The store learns that a repository is public, and its train. */
  async record(name = repository, more: Partial<Parameters<Store['recordRepository']>[0]> = {}) {
    await this.store.recordRepository(
      {
        name,
        isPublic: true,
        train: modelTrain,
        reference: defaultSettings.reference,
        ...more,
      },
      new Date(this.now),
    );
    this.pass();
  }

  async ride(change: Partial<NewRide> = {}, name = repository) {
    const ride: NewRide = {
      folder: 'certified-connectors/A',
      class: 'certified',
      kind: 'minor',
      pull: 1,
      sha: 'a'.repeat(40),
      digest: 'd'.repeat(64),
      createdAt: '2026-11-16T12:00:00.000Z',
      ...change,
    };
    await this.store.record({ repository: name, number: ride.pull }, [
      { kind: 'rides', rides: [ride] },
    ]);
    const stored = await this.store.rides(name, { folders: [ride.folder] });
    const { id } = stored.find((each) => each.ride.sha === ride.sha)?.ride ?? {};
    if (id === undefined) throw new Error('there is no ride');
    return id;
  }

  async append(id: string, at: string, detail: RideEventDetail, by = 'gatehouse'): Promise<void> {
    const event: NewRideEvent = { at, by, detail };
    const [stored] = await this.store.rides(repository, { id });
    const isAppended = await this.store.appendRideEvents(id, stored?.events.length ?? 0, [event]);
    if (!isAppended) throw new Error('another event was appended');
  }

  /** Sends a request as it is, and checks that the answer is as the API's document says. */
  async get(
    path: string,
    headers: Record<string, string> = {},
    method: 'GET' | 'HEAD' = 'GET',
  ): Promise<Answered> {
    const answered = await this.raw(path, headers, method);
    await expectDescribed(this, path, method, answered);
    return answered;
  }

  async raw(
    path: string,
    headers: Record<string, string> = {},
    method: string = 'GET',
  ): Promise<Answered> {
    const answer = await this.bytes(path, headers, method);
    const text = answer.bytes.toString();
    const isJson = /json/.test(String(answer.headers['content-type'])) && text !== '';
    const json: AnswerJson = JSON.parse(isJson ? text : '{}');
    return { status: answer.status, headers: answer.headers, text, json };
  }

  async bytes(path: string, headers: Record<string, string> = {}, method = 'GET') {
    const { hostname: host, port } = new URL(this.address);
    const sent = request({ host, port, path, headers, method });
    const received = new Promise<IncomingMessage>((resolve, reject) =>
      sent.once('response', resolve).once('error', reject),
    );
    sent.end();
    const response = await received;
    const bytes = await buffer(response);
    return { status: response.statusCode ?? 0, headers: response.headers, bytes };
  }
}
