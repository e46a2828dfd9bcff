#!/bin/bash
# Run once, when the server is new: a database and a user for each service, and one that may read both.
# The passwords hold letters and digits alone.
MYSQL_PWD="$(cat /run/secrets/mariadb_root)" mariadb --protocol=socket -uroot <<SQL
CREATE DATABASE users CHARACTER SET utf8mb4;
CREATE DATABASE orders CHARACTER SET utf8mb4;
CREATE USER user_service IDENTIFIED BY '$(cat /run/secrets/user_service_database)';
CREATE USER order_service IDENTIFIED BY '$(cat /run/secrets/order_service_database)';
CREATE USER operator IDENTIFIED BY '$(cat /run/secrets/operator_database)';
GRANT ALL ON users.* TO user_service;
GRANT ALL ON orders.* TO order_service;
GRANT SELECT ON users.* TO operator;
GRANT SELECT ON orders.* TO operator;
SQL
