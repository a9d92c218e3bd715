const COUNTRIES =
  'ad ae al am as at az ba be bf bg bi bj bs bt by ca cat cd cf cg ch ci cl cm cn cv cz de dj dk dm dz ee es fi fm fr ga ge gg gl gm gr gy hn hr ht hu ie im iq is it je jo kg ki kz la li lk lt lu lv md me mg mk ml mn mu mv mw ne nl no nr nu pl pn ps pt ro rs ru rw sc se sh si sk sm sn so sr st td tg tl tm tn to tt vu ws';
const WITH_COM =
  'af ag ar au bd bh bn bo br by co cu cy do ec eg et fj gh gi gt hk jm kh kw lb ly mm mt mx my na ng ni np om pa pe pg ph pk pr py qa sa sb sg sl sv tj tr tw ua uy vc vn';
const WITH_CO = 'ao bw ck cr id il in jp ke kr ls ma mz nz th tz ug uk uz ve vi za zm zw';

/** Google's domains (google.com/supported_domains), which redirect by `/url?q=`. The subdomains of google.com as well. */
export const GOOGLE_HOSTS: readonly string[] = [
  '.google.com',
  ...COUNTRIES.split(' ').map((country) => `google.${country}`),
  ...WITH_COM.split(' ').map((country) => `google.com.${country}`),
  ...WITH_CO.split(' ').map((country) => `google.co.${country}`),
].flatMap((host) => (host.startsWith('.') ? [host] : [host, `www.${host}`]));
