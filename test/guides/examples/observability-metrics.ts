import { subscribe } from 'node:diagnostics_channel';
import type { WeChatRequestMessage } from 'passport-wechat-oauth2';

// Upper bounds in seconds. WeChat mostly responds within a tenth; a login may take five.
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

interface Series {
  buckets: number[];
  count: number;
  sum: number;
}

/**
 * Measures each request to WeChat. Call it once, when the program starts.
 *
 * @returns what a `/metrics` route answers with, in Prometheus's text format
 */
export function measureWeChat(): () => string {
  const all = new Map<string, Series>();

  subscribe('passport-wechat-oauth2:request', (message) => {
    const request = message as WeChatRequestMessage;
    const seconds = request.ms / 1000;
    const labels = `endpoint="${request.endpoint}",result="${resultOf(request)}"`;
    const series = all.get(labels) ?? { buckets: BUCKETS.map(() => 0), count: 0, sum: 0 };
    all.set(labels, series);
    for (const [bucket, end] of BUCKETS.entries()) {
      if (seconds <= end) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
    }
    series.count += 1;
    series.sum += seconds;
  });

  return () => {
    const name = 'wechat_request_duration_seconds';
    const lines = [`# HELP ${name} Requests to WeChat.`, `# TYPE ${name} histogram`];
    for (const [labels, { buckets, count, sum }] of all) {
      for (const [bucket, end] of BUCKETS.entries()) {
        lines.push(`${name}_bucket{${labels},le="${end}"} ${buckets[bucket]}`);
      }
      lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`);
      lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`);
    }
    return `${lines.join('\n')}\n`;
  };
}

/** `ok`, WeChat's errcode, an HTTP status other than 200, or `no response`. */
function resultOf({ status, errcode }: WeChatRequestMessage): string {
  if (status === undefined) return 'no response';
  if (status !== 200) return `http ${status}`;
  return errcode ? String(errcode) : 'ok';
}
