import { wallUs } from "./clock";
import { type DecodeAnswer, NewestDecoder } from "./newestDecoder";

const here = self as unknown as {
  onmessage: (event: MessageEvent<{ message: ArrayBuffer; arrivedUs: number }>) => void;
  postMessage(answer: DecodeAnswer, transfer: Transferable[]): void;
};

const decoder = new NewestDecoder((answer) => {
  const { frame } = answer;
  const moved =
    frame === null ? [] : [frame.picture, ...(frame.mask ? [frame.mask.marked.buffer] : [])];
  here.postMessage(answer, moved);
}, wallUs);

here.onmessage = ({ data: { message, arrivedUs } }) => decoder.take(message, arrivedUs);
