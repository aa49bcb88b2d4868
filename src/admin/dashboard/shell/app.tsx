import { connection } from '../data/connection.ts';
import { useObserved } from '../data/observable.ts';
import { Boundary } from './boundary.tsx';
import { Header } from './header.tsx';
import { Help } from './help.tsx';
import { usePlace } from './location.ts';
import { Login } from './login.tsx';
import { pageOf } from './pages.tsx';

export function App() {
  const { path } = usePlace();
  const { state } = useObserved(connection);
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        {state === 'unauthorized' ? <Login /> : <Boundary key={path}>{pageOf(path)}</Boundary>}
      </main>
      <Help />
    </>
  );
}
