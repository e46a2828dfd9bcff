-- A database and a role for each service.
CREATE ROLE user_service LOGIN PASSWORD 'development';
CREATE DATABASE users OWNER user_service;
CREATE ROLE order_service LOGIN PASSWORD 'development';
CREATE DATABASE orders OWNER order_service;
