-- Run once, when the server is new: a database and a role for each service, and one that may read both.
\set user_service `cat /run/secrets/user_service_database`
\set order_service `cat /run/secrets/order_service_database`
\set operator `cat /run/secrets/operator_database`

CREATE ROLE user_service LOGIN PASSWORD :'user_service';
CREATE ROLE order_service LOGIN PASSWORD :'order_service';
CREATE ROLE operator LOGIN PASSWORD :'operator';
GRANT pg_read_all_data TO operator;

CREATE DATABASE users OWNER user_service;
CREATE DATABASE orders OWNER order_service;
REVOKE ALL ON DATABASE users, orders FROM PUBLIC;
GRANT CONNECT ON DATABASE users, orders TO operator;
