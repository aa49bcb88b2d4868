import { Empty } from '../components/states.tsx';
import { link } from '../shell/location.ts';
import { Page } from '../shell/page.tsx';

export function NowherePage() {
  return (
    <Page title="Not found">
      <Empty title="There is no page at this address.">
        <p>
          <a href={link([])}>Overview</a> shows the verdict and leads to all the others.
        </p>
      </Empty>
    </Page>
  );
}
