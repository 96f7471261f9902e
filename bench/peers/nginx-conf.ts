/** Where the parts of the mirror listen, as `host:port`. */
export interface MirrorAddresses {
  readonly front: string;
  readonly primary: string;
  readonly shadow: string;
}

/**
 * The mirror as nginx documents it (https://nginx.org/en/docs/http/ngx_http_mirror_module.html), with what makes a proxy fast:
 * connections to the servers kept open, bodies kept in memory, no log of accesses. All paths are in the folder nginx is given.
 */
export function nginxConf({ front, primary, shadow }: MirrorAddresses, mirrors: boolean): string {
  return `daemon off;
worker_processes auto;
pid nginx.pid;
error_log stderr warn;
events {
  worker_connections 4096;
}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  client_body_buffer_size 1m;
  client_max_body_size 1m;
  keepalive_requests 1000000000;
  upstream primary {
    server ${primary};
    keepalive 256;
    keepalive_requests 1000000000;
  }
  upstream shadow {
    server ${shadow};
    keepalive 256;
    keepalive_requests 1000000000;
  }
  server {
    listen ${front};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    # Both servers log it, so that their answers can be joined.
    proxy_set_header X-Request-Id $request_id;
    location /v2/ {
      ${mirrors ? 'mirror /shadow;' : 'mirror off;'}
      proxy_pass http://primary;
    }
    location = /shadow {
      internal;
      proxy_pass http://shadow$request_uri;
    }
    location = /counts/served {
      proxy_pass http://primary/count;
    }
    location = /counts/shadowed {
      proxy_pass http://shadow/count;
    }
  }
}
`;
}
