// The live stream's place outside of any tab: a shared worker ends only with the last tab of all.

import { LiveHub, type News, type ToHub } from './live_hub';
import { openSource } from './live_source';
import { LiveStream } from './live_stream';

const now = () => Date.now();
const hub = new LiveHub((hooks) => new LiveStream({ ...hooks, open: openSource, now }), now);

(globalThis as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = ({ ports }) => {
  for (const port of ports)
    port.onmessage = ({ data }: MessageEvent<ToHub>) =>
      hub.handle(port, data, (news: News) => port.postMessage(news));
};
