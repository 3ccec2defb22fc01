export function AnnotatorPage({ clipId }: { clipId: string }) {
  return <p>Clip {clipId}</p>;
}
