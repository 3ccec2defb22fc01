import { wallUs } from "./clock";
import { type DecodeAnswer, NewestDecoder } from "./newestDecoder";

export interface DecodeThread {
  take(message: ArrayBuffer, arrivedUs: number): void;
  close(): void;
}

/** A thread that reads messages; where none can be started, or it dies, the page reads them. */
export function startDecodeThread(answer: (answer: DecodeAnswer) => void): DecodeThread {
  const ownDecoder = () => new NewestDecoder(answer, wallUs);
  let own: NewestDecoder | null = null;
  let worker: Worker | null = null;
  try {
    worker = new Worker(new URL("./decodeWorker.ts", import.meta.url), {
      type: "module",
      name: "live decoder",
    });
    worker.onmessage = ({ data }: MessageEvent<DecodeAnswer>) => answer(data);
    worker.onerror = () => {
      worker?.terminate();
      worker = null;
      own = ownDecoder();
    };
  } catch {
    own = ownDecoder();
  }
  return {
    take(message, arrivedUs) {
      if (worker !== null) worker.postMessage({ message, arrivedUs }, [message]);
      else own?.take(message, arrivedUs);
    },
    close() {
      worker?.terminate();
      worker = null;
      own = null;
    },
  };
}
