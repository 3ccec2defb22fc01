export function ExplorePage({ clipId }: { clipId: string }) {
  return <p>Clip {clipId}</p>;
}
