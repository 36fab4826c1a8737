import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of the App; `docs/operate.md` says which ones to watch. */
export interface Metrics {
  deliveries: Counter<'event' | 'outcome'>;
  reviews: Counter<'outcome'>;
  reviewSeconds: Histogram;
  overLimit: Counter;
  effects: Counter<'effect'>;
  requests: Counter<'method' | 'status'>;
  /** The metrics in Prometheus' text format. */
  show(): Promise<string>;
  /** The content type of that format. */
  contentType: string;
}

/** @param jobCounts counts the jobs of the queue by state; called at each scrape */
export function metrics(jobCounts: () => Promise<Record<string, number>>): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register, prefix: 'gatehouse_' });
  new Gauge({
    name: 'gatehouse_jobs',
    help:
      'Pull requests that wait for a review, wait for another attempt, or are being reviewed; ' +
      'and sweeps that wait or are running. Counts the jobs of all processes',
    labelNames: ['state'],
    registers,
    async collect() {
      for (const [state, count] of Object.entries(await jobCounts())) this.set({ state }, count);
    },
  });
  return {
    deliveries: new Counter({
      name: 'gatehouse_deliveries_total',
      help:
        'Webhook deliveries: new, repeated, or refused (which includes requests that are not from ' +
        'GitHub)',
      labelNames: ['event', 'outcome'],
      registers,
    }),
    reviews: new Counter({
      name: 'gatehouse_reviews_total',
      help:
        'Reviews by outcome: done, moved (the head changed), rejected (GitHub rejected an effect), ' +
        'failed (will be tried again), given up, put off, gone (nothing to review)',
      labelNames: ['outcome'],
      registers,
    }),
    reviewSeconds: new Histogram({
      name: 'gatehouse_review_seconds',
      help: 'Duration of reviews in seconds',
      buckets: [0.25, 0.5, 1, 2, 5, 10, 20, 60, 300],
      registers,
    }),
    overLimit: new Counter({
      name: 'gatehouse_over_limit_total',
      help:
        'Reviews that exceeded their time or memory limit and continued without their most ' +
        'expensive parts',
      registers,
    }),
    effects: new Counter({
      name: 'gatehouse_effects_total',
      help: 'Effects that were applied to pull requests',
      labelNames: ['effect'],
      registers,
    }),
    requests: new Counter({
      name: 'gatehouse_github_requests_total',
      help:
        'Requests to GitHub by the status of the response; ' +
        'a request with immediate retries counts once',
      labelNames: ['method', 'status'],
      registers,
    }),
    show: () => register.metrics(),
    contentType: register.contentType,
  };
}
